package odonata.protocol.flow;

/**
 * Expected number of balls in the fullest of several urns.
 *
 * <p>The counts are independent Poisson variables under the condition that their sum is the number of balls, so
 * P(max ≤ m) = P(X ≤ m)^urns · P(W = balls) / P(S = balls): W is the sum of the variables cut off at m, S the uncut
 * sum. With few balls P(W = balls) is computed by repeated squaring of its distribution, else by an Edgeworth
 * expansion.
 * Source: Levin, "A representation for multinomial cumulative distribution functions", 1981.
 */
final class Occupancy {
    private static final int EXACT_BALLS = 256;
    private static final double DONE = 1e-10;
    private static final double LOG_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);

    private final int balls;
    private final int urns;
    private final double mean;

    private Occupancy(final int balls, final int urns) {
        this.balls = balls;
        this.urns = urns;
        this.mean = (double) balls / urns;
    }

    static double expectedMax(final int balls, final int urns) {
        return urns == 1 ? balls : new Occupancy(balls, urns).sumOfTails();
    }

    /** Sum over m of P(max > m); below the mean, rounded up, the maximum cannot be. */
    private double sumOfTails() {
        final int least = (balls + urns - 1) / urns;
        final Moments moments = new Moments(mean);
        double expected = least;
        for (int m = least; m < balls; m++) {
            final double tail = 1 - (balls <= EXACT_BALLS ? exactly(m) : approximately(moments.upTo(m)));
            expected += Math.max(0, Math.min(1, tail));
            if (tail < DONE) {
                break;
            }
        }
        return expected;
    }

    private double exactly(final int m) {
        double[] power = {1};
        double[] square = new double[Math.min(m, balls) + 1];
        for (int k = 0; k < square.length; k++) {
            square[k] = Math.exp(logPoisson(k, mean));
        }
        for (int left = urns; left > 0; left >>= 1) {
            power = (left & 1) != 0 ? multiply(power, square) : power;
            square = left > 1 ? multiply(square, square) : square;
        }
        final double joint = balls < power.length ? power[balls] : 0;
        return joint / Math.exp(logPoisson(balls, balls));
    }

    private double[] multiply(final double[] a, final double[] b) {
        final double[] product = new double[Math.min(balls, a.length + b.length - 2) + 1];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length && i + j < product.length; j++) {
                product[i + j] += a[i] * b[j];
            }
        }
        return product;
    }

    private double approximately(final Moments cut) {
        final double variance = urns * cut.variance();
        final double x = (balls - urns * cut.mean()) / Math.sqrt(variance);
        final double skew = cut.third() / (Math.pow(cut.variance(), 1.5) * Math.sqrt(urns));
        final double excess = (cut.fourth() / (cut.variance() * cut.variance()) - 3) / urns;
        final double edgeworth = 1
                + skew / 6 * (x * x * x - 3 * x)
                + excess / 24 * (x * x * x * x - 6 * x * x + 3)
                + skew * skew / 72 * (Math.pow(x, 6) - 15 * Math.pow(x, 4) + 45 * x * x - 15);
        final double logDensity = -x * x / 2 - LOG_SQRT_2_PI - 0.5 * Math.log(variance);
        return Math.max(0, edgeworth) * Math.exp(urns * Math.log(cut.mass()) + logDensity - logPoisson(balls, balls));
    }

    private static double logPoisson(final int k, final double mean) {
        return k * Math.log(mean) - mean - logFactorial(k);
    }

    private static double logFactorial(final int k) {
        if (k < 16) {
            double product = 1;
            for (int i = 2; i <= k; i++) {
                product *= i;
            }
            return Math.log(product);
        }
        final double inverse = 1.0 / k;
        return k * Math.log(k)
                - k
                + LOG_SQRT_2_PI
                + 0.5 * Math.log(k)
                + inverse / 12
                - inverse * inverse * inverse / 360;
    }

    /** Moments of a Poisson variable under the condition that it is at most m, for growing m. */
    private static final class Moments {
        private static final double DEVIATIONS = 12;

        private final double lambda;
        private final double[] sums = new double[5];
        private int next;

        Moments(final double lambda) {
            this.lambda = lambda;
            this.next = (int) Math.max(0, lambda - DEVIATIONS * Math.sqrt(lambda) - 1);
        }

        Moments upTo(final int m) {
            for (; next <= m; next++) {
                double term = Math.exp(logPoisson(next, lambda));
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += term;
                    term *= next - lambda;
                }
            }
            return this;
        }

        double mass() {
            return Math.min(1, sums[0]);
        }

        double mean() {
            return lambda + raw(1);
        }

        double variance() {
            return raw(2) - raw(1) * raw(1);
        }

        double third() {
            return raw(3) - 3 * raw(1) * raw(2) + 2 * Math.pow(raw(1), 3);
        }

        double fourth() {
            return raw(4) - 4 * raw(1) * raw(3) + 6 * raw(1) * raw(1) * raw(2) - 3 * Math.pow(raw(1), 4);
        }

        private double raw(final int i) {
            return sums[i] / sums[0];
        }
    }
}
