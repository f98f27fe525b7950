package io.loyaltyhub.bench;

/**
 * One pass of one contender.
 *
 * @param nanos       from its first call to its last commit
 * @param cpuNanos    what its process worked in that time; the database's work is not in it
 * @param fingerprint of all sales as stored
 */
record PassResult(long nanos, long cpuNanos, Outcome outcome, String fingerprint) {

    String line() {
        return "@pass " + nanos + " " + cpuNanos + " " + outcome.awarded() + " " + outcome.reversed() + " " + outcome.ignored() + " "
                + outcome.points() + " " + fingerprint;
    }

    static PassResult of(String line) {
        String[] words = line.split(" ");
        return new PassResult(Long.parseLong(words[1]), Long.parseLong(words[2]), new Outcome(Long.parseLong(words[3]),
                Long.parseLong(words[4]), Long.parseLong(words[5]), Long.parseLong(words[6])), words[7]);
    }

    double ordersPerSecond() {
        return outcome.orders() / (nanos / 1e9);
    }

    double cpuMicrosPerOrder() {
        return cpuNanos / 1e3 / outcome.orders();
    }
}
