package io.loyaltyhub.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An SMTP server that answers certain recipients and senders as it was told to, and takes all others. */
final class PickySmtp implements AutoCloseable {

    private final ServerSocket socket;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private PickySmtp(ServerSocket socket) {
        this.socket = socket;
    }

    static PickySmtp start() {
        try {
            PickySmtp server = new PickySmtp(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread accepting = new Thread(server::accept, "picky-smtp");
            accepting.setDaemon(true);
            accepting.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /** @param command what it is about, {@code RCPT} with a part of the address, or {@code END} of any message */
    void answer(String command, String answer) {
        answers.put(command, answer);
    }

    void answerAsUsual() {
        answers.clear();
    }

    /** The recipients of what was taken. */
    List<String> taken() {
        return taken;
    }

    /** All lines that were sent to it. */
    List<String> heard() {
        return heard;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket caller = socket.accept();
                Thread talking = new Thread(() -> talk(caller), "picky-smtp-talk");
                talking.setDaemon(true);
                talking.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void talk(Socket caller) {
        try (caller; BufferedReader in = new BufferedReader(new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
             OutputStream out = caller.getOutputStream()) {
            say(out, "220 picky");
            String recipient = "";
            boolean data = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                heard.add(line);
                if (data) {
                    if (line.equals(".")) {
                        data = false;
                        String answer = answers.getOrDefault("END", "250 taken");
                        if (answer.startsWith("250")) {
                            taken.add(recipient);
                        }
                        say(out, answer);
                    }
                } else if (line.startsWith("RCPT")) {
                    recipient = line.replaceFirst(".*<(.*)>.*", "$1");
                    say(out, to(recipient));
                } else if (line.startsWith("DATA")) {
                    data = true;
                    say(out, "354 go on");
                } else {
                    say(out, line.startsWith("QUIT") ? "221 bye" : "250 ok");
                }
            }
        } catch (IOException gone) {
            // the caller has what it came for
        }
    }

    private String to(String recipient) {
        return answers.entrySet().stream().filter(answer -> answer.getKey().startsWith("RCPT ") && recipient.contains(answer.getKey().substring(5)))
                .map(Map.Entry::getValue).findFirst().orElse("250 ok");
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
