package odonata.ssi.membership;

import akka.remote.artery.tcp.SSLEngineProvider;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import scala.Option;

/**
 * Mutual TLS 1.3 from a shared secret: every member derives the same EC P-256 key pair, shows a certificate for it, and trusts
 * exactly that public key. Who does not know the secret can neither pose as a member nor be accepted as one.
 *
 * <p>The secret is stretched with scrypt first: a handshake shows the public key to a stranger, who could otherwise try words
 * against it quickly. Certificates carry fixed dates and serial, so that clocks need not agree.
 */
final class SecretTls implements SSLEngineProvider {
    private static final byte[] SALT = "odonata cluster, version 1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PURPOSE = "control plane, EC P-256".getBytes(StandardCharsets.US_ASCII);
    private static final int SCRYPT_COST = 1 << 14;
    private static final int SCRYPT_BLOCK = 8;
    private static final X500Name NAME = new X500Name("CN=odonata cluster");
    private static final Date NOT_BEFORE = Date.from(Instant.parse("2003-01-01T00:00:00Z"));
    private static final Date NOT_AFTER = Date.from(Instant.parse("2103-01-01T00:00:00Z"));
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};

    private final SSLContext context;

    SecretTls(final String secret) {
        try {
            this.context = contextOf(secret.strip());
        } catch (GeneralSecurityException | OperatorCreationException | java.io.IOException e) {
            throw new IllegalStateException("this Java cannot do TLS 1.3 with EC P-256: " + e.getMessage(), e);
        }
    }

    @Override
    public SSLEngine createServerSSLEngine(final String hostname, final int port) {
        final SSLEngine engine = engine(hostname, port);
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(final String hostname, final int port) {
        final SSLEngine engine = engine(hostname, port);
        engine.setUseClientMode(true);
        return engine;
    }

    @Override
    public Option<Throwable> verifyClientSession(final String hostname, final SSLSession session) {
        return Option.empty();
    }

    @Override
    public Option<Throwable> verifyServerSession(final String hostname, final SSLSession session) {
        return Option.empty();
    }

    private SSLEngine engine(final String hostname, final int port) {
        final SSLEngine engine = context.createSSLEngine(hostname, port);
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setEnabledCipherSuites(SUITES);
        return engine;
    }

    private static SSLContext contextOf(final String secret)
            throws GeneralSecurityException, OperatorCreationException, java.io.IOException {
        final var curve = CustomNamedCurves.getByName("P-256");
        final BigInteger scalar = scalar(secret, curve.getN());
        final var point = curve.getG().multiply(scalar).normalize();
        final KeyFactory keys = KeyFactory.getInstance("EC");
        final ECParameterSpec p256 = p256();
        final PrivateKey privateKey = keys.generatePrivate(new ECPrivateKeySpec(scalar, p256));
        final PublicKey publicKey = keys.generatePublic(new ECPublicKeySpec(
                new ECPoint(
                        point.getAffineXCoord().toBigInteger(),
                        point.getAffineYCoord().toBigInteger()),
                p256));
        final X509Certificate certificate = certificate(privateKey, publicKey);
        final SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                keyManagers(privateKey, certificate).getKeyManagers(),
                new TrustManager[] {new OneKey(publicKey)},
                null);
        return context;
    }

    /** Uniform in {@code 1..n-1} but for a bias below 2^-128. */
    private static BigInteger scalar(final String secret, final BigInteger n) {
        final byte[] stretched =
                SCrypt.generate(secret.getBytes(StandardCharsets.UTF_8), SALT, SCRYPT_COST, SCRYPT_BLOCK, 1, 32);
        final HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(stretched, SALT, PURPOSE));
        final byte[] wide = new byte[48];
        hkdf.generateBytes(wide, 0, wide.length);
        return new BigInteger(1, wide).mod(n.subtract(BigInteger.ONE)).add(BigInteger.ONE);
    }

    private static ECParameterSpec p256() throws GeneralSecurityException {
        final var generator = java.security.KeyPairGenerator.getInstance("EC");
        generator.initialize(new java.security.spec.ECGenParameterSpec("secp256r1"));
        return ((ECKey) generator.generateKeyPair().getPublic()).getParams();
    }

    private static X509Certificate certificate(final PrivateKey privateKey, final PublicKey publicKey)
            throws OperatorCreationException, CertificateException {
        final var builder =
                new JcaX509v3CertificateBuilder(NAME, BigInteger.ONE, NOT_BEFORE, NOT_AFTER, NAME, publicKey);
        final var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(privateKey);
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static KeyManagerFactory keyManagers(final PrivateKey privateKey, final X509Certificate certificate)
            throws GeneralSecurityException, java.io.IOException {
        final char[] unused = new char[0];
        final KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, unused);
        store.setKeyEntry("member", privateKey, unused, new Certificate[] {certificate});
        final KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, unused);
        return factory;
    }

    /** Trusts one public key, whatever else the certificate says; TLS itself proves that the peer has the private one. */
    private static final class OneKey extends X509ExtendedTrustManager {
        private final byte[] trusted;

        OneKey(final PublicKey key) {
            this.trusted = key.getEncoded();
        }

        private void check(final X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0
                    || !MessageDigest.isEqual(trusted, chain[0].getPublicKey().getEncoded())) {
                throw new CertificateException("the peer has another cluster secret");
            }
        }

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String authType)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String authType)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String authType, final Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String authType, final Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String authType, final SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String authType, final SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
