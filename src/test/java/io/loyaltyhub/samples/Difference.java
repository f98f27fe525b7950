package io.loyaltyhub.samples;

import java.util.ArrayList;
import java.util.List;

/** Where two texts differ, line by line: {@code -} what was expected, {@code +} what was made instead, and a few lines around. */
final class Difference {

    private static final int AROUND = 3;

    private Difference() {
    }

    /** Empty where there is none. */
    static String between(String expected, String made) {
        List<String> lines = merged(expected.split("\n", -1), made.split("\n", -1));
        StringBuilder text = new StringBuilder();
        boolean leftOut = false;
        for (int i = 0; i < lines.size(); i++) {
            boolean shown = false;
            for (int near = Math.max(0, i - AROUND); near <= Math.min(lines.size() - 1, i + AROUND); near++) {
                shown |= !lines.get(near).startsWith(" ");
            }
            if (shown) {
                text.append(leftOut ? "  …\n" : "").append(lines.get(i)).append('\n');
            }
            leftOut = !shown;
        }
        return text.toString();
    }

    /** All lines of both, those in common once: along the longest sequence that they have in common. */
    private static List<String> merged(String[] expected, String[] made) {
        int[][] common = new int[expected.length + 1][made.length + 1];
        for (int i = expected.length - 1; i >= 0; i--) {
            for (int j = made.length - 1; j >= 0; j--) {
                common[i][j] = expected[i].equals(made[j]) ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < expected.length || j < made.length) {
            if (i < expected.length && j < made.length && expected[i].equals(made[j])) {
                lines.add("  " + expected[i++]);
                j++;
            } else if (i < expected.length && (j == made.length || common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + expected[i++]);
            } else {
                lines.add("+ " + made[j++]);
            }
        }
        return lines;
    }
}
