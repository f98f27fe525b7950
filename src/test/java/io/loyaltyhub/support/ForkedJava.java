package io.loyaltyhub.support;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Another Java on this class path, or on part of it, so that it can be killed or lack a library. */
public final class ForkedJava {

    /** It does not live long enough for the second compiler to pay. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private ForkedJava() {
    }

    public static Process start(Class<?> main, String... arguments) throws IOException {
        return builder(System.getProperty("java.class.path"), List.of(), main, List.of(arguments)).start();
    }

    public static ProcessBuilder without(String library, Class<?> main, String... arguments) {
        List<String> kept = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(library))
                .toList();
        return builder(String.join(File.pathSeparator, kept), List.of(), main, List.of(arguments));
    }

    /** @param options what goes before the class, {@code -Xmx256m} */
    public static ProcessBuilder builder(String classPath, List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(SHORT_LIVED);
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** Reads on until that line; else returns all that was printed until the process ended. */
    public static String firstLineOf(Process process, String line) throws IOException {
        BufferedReader output = process.inputReader();
        StringBuilder all = new StringBuilder();
        for (String next = output.readLine(); next != null; next = output.readLine()) {
            if (next.equals(line)) {
                return line;
            }
            all.append(next).append('\n');
        }
        return all.toString();
    }
}
