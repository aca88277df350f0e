#!/usr/bin/env bash
# Builds an image with the name of the official one, for machines that cannot pull it: build-image.sh [release]
# Needs root, a running container engine, mmdebstrap, Maven. Another release than the current one is taken from
# integration-tests/suites/target/releases, where the build of the suites puts its jars.
set -euo pipefail
exec </dev/null
cd "$(dirname "$0")"

base=holdfast/base:bookworm
root=../..
current=$(sed -n 's:.*<zookeeper.version>\(.*\)</zookeeper.version>.*:\1:p' "$root/pom.xml")
release=${1:-$current}

if docker image inspect "zookeeper:$release" >/dev/null 2>&1; then
    echo "zookeeper:$release is there"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! docker image inspect "$base" >/dev/null 2>&1; then
    sources=/etc/apt/sources.list.d/debian.sources
    [ -r "$sources" ] || sources=/etc/apt/sources.list
    # The host's way to its mirror is also the image's, while it is put together.
    mkdir "$work/apt"
    for file in /etc/apt/apt.conf.d/*; do
        if grep -qs '^Acquire' "$file"; then
            cp "$file" "$work/apt/zz-host-$(basename "$file")"
        fi
    done
    timeout 300 mmdebstrap --variant=essential --include=openjdk-17-jre-headless \
        --setup-hook="mkdir -p \"\$1\"/etc/apt/apt.conf.d && cp -r $work/apt/. \"\$1\"/etc/apt/apt.conf.d/" \
        --customize-hook='rm -f "$1"/etc/apt/apt.conf.d/zz-host-*' \
        bookworm "$work/rootfs.tar" - <"$sources"
    timeout 120 docker import --change 'CMD ["sh"]' "$work/rootfs.tar" "$base"
    rm "$work/rootfs.tar"
fi
# Testcontainers looks at its machine with this one, and would pull it for minutes.
docker image inspect alpine:3.17 >/dev/null 2>&1 || docker tag "$base" alpine:3.17

mkdir "$work/image"
cp Dockerfile docker-entrypoint.sh logback.xml log4j.properties "$work/image/"
if [ "$release" = "$current" ]; then
    timeout 300 mvn -B -ntp -q dependency:copy-dependencies -DoutputDirectory="$work/image/lib"
else
    cp -r "../suites/target/releases/$release" "$work/image/lib"
fi
DOCKER_BUILDKIT=0 timeout 300 docker build -q -t "zookeeper:$release" "$work/image"
