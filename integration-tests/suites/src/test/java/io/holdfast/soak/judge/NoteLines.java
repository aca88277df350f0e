// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import java.lang.reflect.RecordComponent;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Notes as lines: the kind, then the components in order, none of which has a blank in it. */
final class NoteLines {

    private static final Map<String, Class<?>> KINDS = new HashMap<>();

    static {
        add(Note.class);
    }

    private NoteLines() {}

    static String write(Note note) {
        try {
            StringBuilder line = new StringBuilder(note.getClass().getSimpleName());
            for (RecordComponent component : note.getClass().getRecordComponents()) {
                Object value = component.getAccessor().invoke(note);
                line.append(' ').append(URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8));
            }
            return line.toString();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a note can be read", e);
        }
    }

    /** Returns it for a reader: without its time, sessions and transactions as the servers write them. */
    static String text(Note note) {
        try {
            StringBuilder line = new StringBuilder(note.getClass().getSimpleName());
            for (RecordComponent component : note.getClass().getRecordComponents()) {
                String name = component.getName();
                Object value = component.getAccessor().invoke(note);
                boolean isNumber = name.equals("session") || name.equals("czxid");
                if (!name.endsWith("Nanos") && !name.equals("nanoTime")) {
                    line.append(' ').append(isNumber ? "0x" + Long.toHexString((Long) value) : value);
                }
            }
            return line.toString();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a note can be read", e);
        }
    }

    static Note read(String line) {
        String[] words = line.split(" ", -1);
        Class<?> kind = KINDS.get(words[0]);
        if (kind == null || kind.getRecordComponents().length != words.length - 1) {
            throw new IllegalArgumentException("no line of a record: \"" + line + "\"");
        }
        RecordComponent[] components = kind.getRecordComponents();
        Object[] values = new Object[components.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = value(components[i].getType(), URLDecoder.decode(words[i + 1], StandardCharsets.UTF_8));
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return (Note) kind.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException("no line of a record: \"" + line + "\"", e);
        }
    }

    private static Object value(Class<?> type, String text) {
        if (type == long.class) {
            return Long.parseLong(text);
        } else if (type == int.class) {
            return Integer.parseInt(text);
        } else if (type == boolean.class) {
            return Boolean.parseBoolean(text);
        } else if (type == Note.Kind.class) {
            return Note.Kind.valueOf(text);
        }
        return text;
    }

    private static void add(Class<?> sealed) {
        Map<Boolean, List<Class<?>>> kinds =
                Arrays.stream(sealed.getPermittedSubclasses()).collect(Collectors.partitioningBy(Class::isRecord));
        kinds.get(true).forEach(kind -> KINDS.put(kind.getSimpleName(), kind));
        kinds.get(false).forEach(NoteLines::add);
    }
}
