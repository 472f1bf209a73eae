package odonata.node.httpd;

import java.nio.file.Path;
import java.util.Optional;
import odonata.actors.inetd.StreamService;
import odonata.actors.proc.UserTd;

/** HTTP/1.1 with keep-alive and pipelining, RFC 9112. */
public final class HttpService implements StreamService {
    private final Site site;

    /** Serves generated pages, and the files below {@code root} if there is one. */
    public HttpService(final Optional<Path> root) {
        site = new Site(root);
    }

    @Override
    public Talk begin(final UserTd td, final Runnable changed) {
        return new HttpTalk(td.cpu(), td::after, changed, site);
    }
}
