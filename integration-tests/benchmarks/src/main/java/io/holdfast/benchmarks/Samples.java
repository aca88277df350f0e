// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What was measured of each contender, and how they compare. */
final class Samples {

    private final Map<String, List<Double>> millis = new LinkedHashMap<>();

    void add(String contender, double value) {
        millis.computeIfAbsent(contender, any -> new ArrayList<>()).add(value);
    }

    Optional<Double> median(String contender) {
        List<Double> sorted = sorted(contender);
        return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get(sorted.size() / 2));
    }

    private List<Double> sorted(String contender) {
        return millis.getOrDefault(contender, List.of()).stream().sorted().toList();
    }

    /** Returns rows of a Markdown table: the median, the spread, and how many times as long as ours it took. */
    List<String> rows(String what, String ours) {
        double own = median(ours).orElse(Double.NaN);
        List<String> rows = new ArrayList<>();
        for (String contender : millis.keySet()) {
            List<Double> sorted = sorted(contender);
            double median = sorted.get(sorted.size() / 2);
            rows.add(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s to %s | %s |",
                    what,
                    contender,
                    number(median),
                    number(sorted.get(0)),
                    number(sorted.get(sorted.size() - 1)),
                    contender.equals(ours) ? "" : number(median / own)));
        }
        return rows;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }
}
