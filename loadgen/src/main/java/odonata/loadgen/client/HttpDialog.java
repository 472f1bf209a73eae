package odonata.loadgen.client;

/** Asks a web server. The status has to be the expected one and the framing right; of paths whose content is known, content and length too. */
final class HttpDialog extends Dialog {
    private final HttpPlan plan;
    private final HttpAnswer answer;
    private long uploading;
    private boolean over;

    HttpDialog(final HttpPlan plan) {
        this.plan = plan;
        this.answer = new HttpAnswer(plan);
    }

    @Override
    void request(final boolean last) {
        out.write(last ? plan.lastHead() : plan.head());
        uploading += plan.uploadBytes();
        refill();
    }

    /** Uploads are one after another: their connection has one request at a time. */
    @Override
    void refill() {
        if (uploading > 0) {
            final int piece = (int) Math.min(Pattern.PIECE, uploading);
            Pattern.write(out, plan.uploadBytes() - uploading, piece);
            uploading -= piece;
        }
    }

    @Override
    int receive(final byte[] data, final int offset, final int length) throws WrongAnswer {
        int answers = 0;
        int at = offset;
        while (at < offset + length) {
            at += answer.take(data, at, offset + length - at);
            if (answer.isComplete()) {
                answers++;
                next();
            }
        }
        return answers;
    }

    /** What began the next answer may not come after a last one. */
    private void next() {
        over |= answer.isLast();
        answer.begin();
    }

    @Override
    boolean ended() {
        final boolean complete = answer.endsWithConnection();
        over = true;
        return complete;
    }

    @Override
    boolean isOver() {
        return over;
    }
}
