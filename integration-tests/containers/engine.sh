#!/usr/bin/env bash
# engine.sh start: sees to it that a container engine runs here and has the image of the current ZooKeeper release.
# engine.sh stop:  ends the engine that start has started for the same shell, with everything in it; leaves any other alone.
#
# Needs root where no engine runs yet. Whatever fails, it says so, takes no input, and gives up in time; then the suites
# that need containers skip themselves.
set -euo pipefail
exec </dev/null
here=$(cd "$(dirname "$0")" && pwd)
state=/run/holdfast-engine-$PPID
data=/var/tmp/holdfast-engine-$PPID

answers() { timeout 10 docker info >/dev/null 2>&1; }

give_up() {
    echo "no container engine: $1" >&2
    exit 1
}

install_engine() {
    [ "$(id -u)" -eq 0 ] || give_up "none answers, and only root can start one"
    local missing=()
    command -v dockerd >/dev/null || missing+=(docker.io)
    command -v iptables >/dev/null || missing+=(iptables)
    command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
    [ "${#missing[@]}" -gt 0 ] || return 0
    command -v apt-get >/dev/null || give_up "none answers, and without apt-get ${missing[*]} cannot be installed"
    timeout 180 apt-get update || echo "apt-get update failed, trying with the lists at hand" >&2
    DEBIAN_FRONTEND=noninteractive timeout 300 \
        apt-get install -y --no-install-recommends "${missing[@]}" || give_up "${missing[*]} cannot be installed"
}

stop_ours() {
    if [ -f "$state/pid" ]; then
        local pid
        pid=$(cat "$state/pid")
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ]; then
            # shellcheck disable=SC2046 # one word for each container
            timeout 60 docker rm --force --volumes $(timeout 10 docker ps --all --quiet) >/dev/null 2>&1 || true
            kill "$pid" 2>/dev/null || true
            for _ in $(seq 60); do
                kill -0 "$pid" 2>/dev/null || break
                sleep 0.5
            done
            kill -KILL "$pid" 2>/dev/null || true
        fi
    fi
    rm -rf "$state" "$data" 2>/dev/null || true
}

# start_ours FLAGS...: waits half a minute for the new engine to answer
start_ours() {
    stop_ours
    mkdir -p "$state" "$data"
    setsid dockerd --data-root "$data" --exec-root "$state/exec" --pidfile "$state/dockerd.pid" "$@" \
        >"$state/log" 2>&1 &
    echo $! >"$state/pid"
    for _ in $(seq 60); do
        answers && return 0
        kill -0 "$(cat "$state/pid")" 2>/dev/null || break
        sleep 0.5
    done
    echo "dockerd $* does not answer; the end of what it says:" >&2
    tail -n 20 "$state/log" >&2
    return 1
}

# An engine that cannot give a server an address and a network of its own is of no use here.
serves() {
    local try=holdfast-try-$$ image address=198.18.255.10 is_reached=1
    image=$(docker images --quiet zookeeper | head -n 1)
    if timeout 20 docker network create --subnet 198.18.255.0/24 "$try" >/dev/null &&
        timeout 60 docker run --detach --name "$try" --network "$try" --ip "$address" "$image" >/dev/null; then
        for _ in $(seq 60); do
            timeout 2 bash -c "exec 3<>/dev/tcp/$address/2181" 2>/dev/null && { is_reached=0; break; }
            sleep 0.5
        done
        timeout 20 docker pause "$try" >/dev/null && timeout 20 docker unpause "$try" >/dev/null || is_reached=1
    fi
    timeout 30 docker rm --force --volumes "$try" >/dev/null 2>&1 || true
    timeout 30 docker network rm "$try" >/dev/null 2>&1 || true
    return "$is_reached"
}

case "${1:-}" in
    start)
        # installing may already start one
        answers || install_engine
        if ! answers; then
            start_ours ||
                start_ours --iptables=false --ip6tables=false --storage-driver=vfs ||
                { stop_ours; give_up "dockerd does not start on this machine"; }
        fi
        timeout 900 "$here/build-image.sh" || { stop_ours; give_up "the image of the servers cannot be built"; }
        serves || { stop_ours; give_up "a container with an address of its own cannot be reached"; }
        ;;
    stop)
        stop_ours
        ;;
    *)
        echo "usage: engine.sh start|stop" >&2
        exit 2
        ;;
esac
