package dev.homeport.router.fuzz;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Greeting;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.PacketWriter;
import dev.homeport.testkit.mysql.RawPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One session of broken bytes: before the login, in it, or behind a login that is in order. All
 * that it does follows from its seed, except for what the server adds: scrambles and ids.
 */
final class FuzzSession {
    /** A session that still stands so long after its client has closed for writing is stuck. */
    static final Duration STUCK = Duration.ofSeconds(20);

    private static final Duration LOGIN_PATIENCE = Duration.ofSeconds(15);
    private static final Duration REPLY_PATIENCE = Duration.ofMillis(40);
    private static final int BEFORE_LOGIN = 17;
    private static final int IN_LOGIN = 35;
    private static final int LONG_PACKET_ONE_IN = 400;
    private static final int TLS_PERCENT = 6;

    /** How far a session came. */
    enum Reached {
        NOTHING,
        /** An instance has taken up the login. */
        AUTHENTICATION,
        /** An instance has said OK. */
        COMMANDS
    }

    /**
     * What became of a session.
     *
     * @param failure what was wrong, with all bytes; nothing is what should be
     */
    record Outcome(Reached reached, Optional<String> failure) {}

    private final long seed;
    private final Random random;
    private final List<Capture> captures;
    private final FuzzTarget target;
    private final Optional<HostileInstance> hostile;
    private final String project;
    private final Capture capture;
    private Reached reached = Reached.NOTHING;
    private boolean isEncrypted;

    /**
     * @param lane which of the hostile instances is this session's own, should it want one
     * @param hostilePercent how many sessions of a hundred meet a hostile instance
     */
    FuzzSession(
            long seed, List<Capture> captures, FuzzTarget target, int lane, int hostilePercent) {
        this.seed = seed;
        this.random = new Random(seed * 0x9e3779b97f4a7c15L + 1);
        this.captures = captures;
        this.target = target;
        this.capture = captures.get(random.nextInt(captures.size()));
        boolean wantsHostile = random.nextInt(100) < hostilePercent && !target.hostile().isEmpty();
        this.hostile = wantsHostile ? Optional.of(target.hostile().get(lane)) : Optional.empty();
        this.project = wantsHostile ? "h" + lane : any(target.projects());
    }

    Outcome run() {
        hostile.ifPresent(
                instance ->
                        instance.prepare(new Random(random.nextLong()), capture, any(captures)));
        try (Wire wire = new Wire(target.address(), random)) {
            try {
                play(wire);
            } catch (IOException e) {
                // The router has closed, which is its right.
            }
            return end(wire);
        } catch (IOException e) {
            return new Outcome(reached, Optional.of("seed " + seed + ": no connection: " + e));
        }
    }

    private void play(Wire wire) throws IOException {
        Wire.Received first = wire.packet(LOGIN_PATIENCE);
        var greeting = Greeting.parse(new RawPacket(first.sequence, first.payload()));
        int dice = hostile.isPresent() ? 100 : random.nextInt(100);
        if (dice < BEFORE_LOGIN) {
            breakResponse(wire, greeting);
        } else if (dice < IN_LOGIN) {
            breakExchange(wire, greeting);
        } else {
            breakCommands(wire, greeting);
        }
    }

    private Outcome end(Wire wire) {
        boolean ended = true;
        try {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> wire.close();
                case 3, 4, 5 -> wire.reset();
                case 6 -> {
                    wire.send(new byte[] {1, 0, 0, 0, 1}); // COM_QUIT
                    wire.halfClose();
                    ended = wire.readToEnd(STUCK);
                }
                default -> {
                    wire.halfClose();
                    ended = wire.readToEnd(STUCK);
                }
            }
        } catch (IOException e) {
            // It was closed already.
        }
        return new Outcome(reached, ended ? Optional.empty() : Optional.of(stuck(wire)));
    }

    private String stuck(Wire wire) {
        return "seed %d, %s to %s, %s: not closed within %s%n  sent:%n  %s%n  by the instance:%n  %s"
                .formatted(
                        seed,
                        capture.name(),
                        project,
                        reached,
                        STUCK,
                        wire.sent(),
                        hostile.map(HostileInstance::sent).orElse("(a real one)"));
    }

    // -------------------------------------------------------------------------- before the login

    private void breakResponse(Wire wire, Greeting greeting) throws IOException {
        mayStartTls(wire, greeting);
        byte[] bytes =
                switch (random.nextInt(12)) {
                    case 0 -> arbitrary(300);
                    case 1 -> Hostile.CLIENT_HELLO.clone();
                    case 2 -> Hostile.sslRequest(greeting.capabilities(), Hostile.CLIENT_HELLO);
                    case 3 -> Hostile.text("GET / HTTP/1.1\r\nHost: db\r\n\r\n");
                    case 4 ->
                            Hostile.joined(
                                    Hostile.text("PROXY TCP4 10.0.0.1 10.0.0.2 4711 3306\r\n"),
                                    response(greeting));
                    case 5 -> Hostile.joined(Hostile.PROXY_V2, response(greeting));
                    case 6 -> packet(1, arbitrary(140_000));
                    case 7 -> new byte[0];
                    case 8 -> capture.login();
                    default -> random.nextBoolean() ? response(greeting) : capture.login();
                };
        int changes = random.nextInt(4);
        byte[] broken = Mutation.several(bytes, any(captures).login(), changes, random);
        if (broken.length < 400 && random.nextInt(8) == 0) {
            wire.trickle(broken);
        } else {
            wire.send(broken);
        }
        if (random.nextBoolean()) {
            Wire.Received answer = wire.packet(REPLY_PATIENCE.multipliedBy(5));
            noteAuthentication(answer);
        }
    }

    /** An AuthSwitchRequest, or the denial of the instance, comes from one only. */
    private void noteAuthentication(Wire.Received answer) {
        boolean isOfRouter =
                answer.header() == 0xff
                        && new String(answer.payload(), StandardCharsets.UTF_8)
                                .contains("[homeport ");
        if (!isOfRouter && reached == Reached.NOTHING) {
            reached = Reached.AUTHENTICATION;
        }
    }

    // --------------------------------------------------------------------------------- in the
    // login

    private void breakExchange(Wire wire, Greeting greeting) throws IOException {
        mayStartTls(wire, greeting);
        wire.send(response(greeting));
        Wire.Received request = wire.packet(LOGIN_PATIENCE);
        noteAuthentication(request);
        byte[] answer = packet(request.sequence + 1, answer(request));
        byte[] sent =
                switch (random.nextInt(8)) {
                    case 0 -> new byte[0];
                    case 1 -> packet(request.sequence + 1);
                    case 2 -> packet(random.nextInt(256), answer(request));
                    case 3 -> repeated(answer, 20);
                    case 4 -> packet(request.sequence + 1, arbitrary(140_000));
                    case 5 -> Hostile.joined(answer, brokenStream());
                    default ->
                            Mutation.several(
                                    answer, capture.login(), 1 + random.nextInt(3), random);
                };
        wire.send(sent);
        if (random.nextBoolean()) {
            wire.readSome(REPLY_PATIENCE);
        }
        if (random.nextInt(4) == 0) {
            wire.send(brokenStream());
            wire.readSome(REPLY_PATIENCE);
        }
    }

    // ---------------------------------------------------------------------------- behind the login

    private void breakCommands(Wire wire, Greeting greeting) throws IOException {
        mayStartTls(wire, greeting);
        wire.send(response(greeting));
        Wire.Received next = wire.packet(LOGIN_PATIENCE);
        noteAuthentication(next);
        if (next.header() == 0xfe) {
            wire.send(packet(next.sequence + 1, answer(next)));
            next = wire.packet(LOGIN_PATIENCE);
        }
        if (next.header() != 0) {
            return;
        }
        reached = Reached.COMMANDS;
        if (isEncrypted && random.nextInt(8) == 0) {
            wire.sendUnencrypted(arbitrary(100));
        }
        if (hostile.isPresent()) {
            converse(wire, turns(capture, random.nextInt(3) == 0 ? 1 : 0));
        } else if (random.nextInt(LONG_PACKET_ONE_IN) == 0) {
            sendLongPacket(wire);
        } else {
            switch (random.nextInt(10)) {
                case 0 -> wire.send(brokenStream());
                case 1 -> wire.send(joined(turns(capture, 0)));
                case 2 -> wire.trickle(limited(joined(turns(capture, 1)), 300));
                case 3 -> converse(wire, List.of(new Capture.Turn(true, ofArbitrary())));
                default -> converse(wire, turns(capture, 1 + random.nextInt(3)));
            }
            if (random.nextInt(3) == 0) {
                wire.readSome(REPLY_PATIENCE);
            }
        }
    }

    /** Takes turns as they were recorded, for as long as there are answers. */
    private static void converse(Wire wire, List<Capture.Turn> turns) throws IOException {
        boolean answered = true;
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).fromClient()) {
                wire.send(turns.get(i).packet().bytes());
            } else if (answered && (i == 0 || turns.get(i - 1).fromClient())) {
                answered = wire.readSome(REPLY_PATIENCE);
            }
        }
    }

    /** The conversation with so many changes in what the client says. */
    private List<Capture.Turn> turns(Capture of, int changes) {
        List<Capture.Turn> turns = new ArrayList<>(of.commands());
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(turns.size());
            while (!turns.get(at).fromClient()) {
                at = (at + 1) % turns.size();
            }
            byte[] other = joined(any(captures).commands());
            byte[] broken =
                    Mutation.random(random)
                            .applyTo(turns.get(at).packet().bytes(), limited(other, 600));
            turns.set(at, new Capture.Turn(true, new Capture.Packet(broken)));
        }
        return turns;
    }

    private byte[] brokenStream() {
        byte[] other = joined(any(captures).commands());
        return Mutation.several(joined(capture.commands()), other, 1 + random.nextInt(4), random);
    }

    private static byte[] joined(List<Capture.Turn> turns) {
        var out = new ByteArrayOutputStream();
        turns.stream()
                .filter(Capture.Turn::fromClient)
                .forEach(turn -> out.writeBytes(turn.packet().bytes()));
        return out.toByteArray();
    }

    /** A statement of 16 MB and more, whole or cut. */
    private void sendLongPacket(Wire wire) throws IOException {
        byte[] part = new byte[0xffffff];
        Arrays.fill(part, (byte) ' ');
        byte[] sql = Hostile.text("\3SELECT 1 /*");
        System.arraycopy(sql, 0, part, 0, sql.length);
        wire.send(packet(0, part));
        if (random.nextBoolean()) {
            wire.send(packet(1, Hostile.text("*/")));
            wire.readSome(REPLY_PATIENCE);
        }
    }

    private Capture.Packet ofArbitrary() {
        return new Capture.Packet(
                random.nextBoolean() ? arbitrary(200) : packet(0, arbitrary(200)));
    }

    // --------------------------------------------------------------------------------------- bytes

    /** A HandshakeResponse41 in order, by one of the route keys and with the driver's flags. */
    private byte[] response(Greeting greeting) {
        String user = target.user();
        boolean hasSchema = hostile.isEmpty();
        Login login =
                switch (random.nextInt(hasSchema ? 4 : 3)) {
                    case 0 -> as(user).withAttribute("project", project);
                    case 1 -> as(user).withAttribute("_server_host", project + ".db.example.com");
                    case 2 -> as(user + "+" + project);
                    default -> as(user);
                };
        if (random.nextInt(4) == 0) {
            login = login.without(Capabilities.CLIENT_DEPRECATE_EOF);
        }
        if (hasSchema) {
            login = login.withSchema(project);
        }
        if (isEncrypted) {
            login = login.withTls(target.tls().orElseThrow());
        }
        return packet(isEncrypted ? 2 : 1, login.payload(greeting));
    }

    private Login as(String user) {
        return Login.as(user, target.password()).with(capture.capabilities());
    }

    /** Goes over to TLS where this session is to have it. */
    private void mayStartTls(Wire wire, Greeting greeting) throws IOException {
        if (target.tls().isPresent() && random.nextInt(100) < TLS_PERCENT) {
            wire.send(Hostile.sslRequest(greeting.capabilities()));
            wire.startTls(target.tls().get());
            isEncrypted = true;
        }
    }

    /** The answer to a switch to mysql_native_password; 20 bytes of nothing to any other. */
    private byte[] answer(Wire.Received request) {
        byte[] payload = request.payload();
        String text = new String(payload, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("mysql_native_password\0");
        if (request.header() != 0xfe || at != 1) {
            return new byte[20];
        }
        String scramble = text.substring("mysql_native_password".length() + 2);
        int end = scramble.indexOf('\0');
        return Login.as(target.user(), target.password())
                .nativeAnswer(end < 0 ? scramble : scramble.substring(0, end));
    }

    private static byte[] packet(int sequence, byte... payload) {
        return new PacketWriter()
                .int3(payload.length)
                .int1(sequence & 0xff)
                .bytes(payload)
                .payload();
    }

    private byte[] arbitrary(int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] repeated(byte[] bytes, int times) {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] limited(byte[] bytes, int most) {
        return bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
