// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.ensemble.Release;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A handle of another release's client library, in a class loader of its own. */
final class ForeignClient implements AutoCloseable {

    static final String NIO = "NIO";
    static final String NETTY = "Netty";

    private static final String PACKAGE = "org.apache.zookeeper.";

    private final Object handle;
    private final CompletableFuture<Integer> answer = new CompletableFuture<>();

    private ForeignClient(Object handle) {
        this.handle = handle;
    }

    /** Opens a handle and asks it for an ephemeral node without waiting for the connection. */
    static ForeignClient creatingAtOnce(String release, String socket, String connectString, String path)
            throws ReflectiveOperationException {
        ClassLoader library = libraryOf(release);
        Class<?> watcherType = library.loadClass(PACKAGE + "Watcher");
        Object watcher = stub(watcherType, (proxy, method, arguments) -> null);
        int timeout = (int) Member.SESSION_TIMEOUT.toMillis();
        Class<?> type = library.loadClass(PACKAGE + "ZooKeeper");
        Object handle;
        if (release.startsWith("3.3.") || release.startsWith("3.4.")) {
            handle = type.getConstructor(String.class, int.class, watcherType)
                    .newInstance(connectString, timeout, watcher);
        } else {
            Class<?> configType = library.loadClass(PACKAGE + "client.ZKClientConfig");
            Object config = configType.getConstructor().newInstance();
            configType
                    .getMethod("setProperty", String.class, String.class)
                    .invoke(config, "zookeeper.clientCnxnSocket", PACKAGE + "ClientCnxnSocket" + socket);
            handle = type.getConstructor(String.class, int.class, watcherType, configType)
                    .newInstance(connectString, timeout, watcher, config);
        }
        ForeignClient client = new ForeignClient(handle);
        client.create(library, path);
        return client;
    }

    /** Returns the code of the answer to the create. */
    CompletableFuture<Integer> answer() {
        return answer;
    }

    /** Returns the session that the library knows of; 0 if it knows of none. */
    long session() {
        try {
            return (long) handle.getClass().getMethod("getSessionId").invoke(handle);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Does not wait: some libraries never come back from it without a server. */
    @Override
    public void close() {
        Thread closing = new Thread(
                () -> {
                    try {
                        handle.getClass().getMethod("close").invoke(handle);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "foreign-client-closer");
        closing.setDaemon(true);
        closing.start();
    }

    private void create(ClassLoader library, String path) throws ReflectiveOperationException {
        Class<?> modeType = library.loadClass(PACKAGE + "CreateMode");
        Class<?> callbackType = library.loadClass(PACKAGE + "AsyncCallback$StringCallback");
        Object callback = stub(callbackType, (proxy, method, arguments) -> answer.complete((Integer) arguments[0]));
        handle.getClass()
                .getMethod("create", String.class, byte[].class, List.class, modeType, callbackType, Object.class)
                .invoke(
                        handle,
                        path,
                        new byte[0],
                        library.loadClass(PACKAGE + "ZooDefs$Ids")
                                .getField("OPEN_ACL_UNSAFE")
                                .get(null),
                        modeType.getField("EPHEMERAL").get(null),
                        callback,
                        null);
    }

    private static Object stub(Class<?> type, InvocationHandler calls) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getDeclaringClass() == Object.class
                        ? ofAnyObject(proxy, method, arguments)
                        : calls.invoke(proxy, method, arguments));
    }

    private static Object ofAnyObject(Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> arguments != null && proxy == arguments[0];
            default -> "stub";
        };
    }

    /** The current one is our own; it writes to our log, and the others to none. */
    private static ClassLoader libraryOf(String release) {
        if (release.equals(Release.current().version())) {
            return ForeignClient.class.getClassLoader();
        }
        URL[] jars =
                Release.of(release).classPath().stream().map(ForeignClient::url).toArray(URL[]::new);
        return new URLClassLoader(jars, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(jar.toString(), e);
        }
    }
}
