#!/bin/bash
# Starts a ZooKeeper server from the variables that the official image documents.
set -euo pipefail

if [ "$(id -u)" -eq 0 ]; then
    chown -R zookeeper "$ZOO_DATA_DIR"
    exec setpriv --reuid=zookeeper --regid=zookeeper --clear-groups "$0" "$@"
fi

config=$ZOO_CONF_DIR/zoo.cfg
# a container that is started again keeps what it had
if [ ! -f "$config" ]; then
    servers=${ZOO_SERVERS:-"server.1=localhost:2888:3888;2181"}
    {
        echo "dataDir=$ZOO_DATA_DIR"
        echo "tickTime=$ZOO_TICK_TIME"
        echo "initLimit=$ZOO_INIT_LIMIT"
        echo "syncLimit=$ZOO_SYNC_LIMIT"
        echo "maxClientCnxns=$ZOO_MAX_CLIENT_CNXNS"
        echo "standaloneEnabled=$ZOO_STANDALONE_ENABLED"
        echo "admin.enableServer=$ZOO_ADMINSERVER_ENABLED"
        case $servers in
            *';'*) ;;
            *) echo "clientPort=2181" ;;
        esac
        if [ -n "${ZOO_4LW_COMMANDS_WHITELIST:-}" ]; then
            echo "4lw.commands.whitelist=$ZOO_4LW_COMMANDS_WHITELIST"
        fi
        set -f # a star stands for itself
        for line in $servers ${ZOO_CFG_EXTRA:-}; do
            echo "$line"
        done
    } >"$config"
fi
if [ ! -f "$ZOO_DATA_DIR/myid" ]; then
    echo "${ZOO_MY_ID:-1}" >"$ZOO_DATA_DIR/myid"
fi

# JVMFLAGS holds several words
# shellcheck disable=SC2086
exec java -cp "$ZOO_CONF_DIR:${CLASSPATH:+$CLASSPATH:}/zookeeper/lib/*" \
    "-Xmx${ZK_SERVER_HEAP:-1000}m" ${JVMFLAGS:-} ${SERVER_JVMFLAGS:-} \
    org.apache.zookeeper.server.quorum.QuorumPeerMain "$config"
