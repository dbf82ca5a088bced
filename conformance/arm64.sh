#!/usr/bin/env bash
# Builds an example's bootstrap for arm64, with a toolchain of its own: a Debian unstable root with rustc, the standard
# library of the same version for arm64, zig and cargo-zigbuild, and qemu to run it. Takes 4 GB; the first time some
# minutes. Needs root, debootstrap, and the package indices of Debian, PyPI and crates.io. Started by `cargo xtask arm64`.
#
# usage: arm64.sh ROOT_FOLDER PROJECT EXAMPLE     PROJECT is a git repository: what is committed is built
set -euo pipefail
root=$1 project=$2 example=$3

if [ "$(id -u)" != 0 ]; then
  echo 'error: arm64.sh: must run as root, to make and enter a Debian root' >&2
  exit 1
fi
# Mounts are seen by this script only, and gone when it ends.
if [ "${ARM64_MOUNTS:-}" != own ]; then
  ARM64_MOUNTS=own exec unshare --mount --propagation private "$0" "$@"
fi

if [ ! -e "$root/unpacked" ]; then
  if ! command -v debootstrap >/dev/null; then
    echo 'error: arm64.sh: needs debootstrap (apt-get install debootstrap)' >&2
    exit 1
  fi
  rm -rf "$root"
  # Unstable, because the compiler of the stable release is too old.
  packages=ca-certificates,cargo,gcc,git,libc6-dev,python3-pip,python3-venv,rustc
  debootstrap --variant=minbase --include="$packages" sid "$root"
  touch "$root/unpacked"
fi
cp /etc/resolv.conf "$root/etc/"
# Certificates of this machine as well: a proxy may have its own.
cp --dereference --recursive --remove-destination /etc/ssl/certs/. "$root/etc/ssl/certs/"
mount --bind /proc "$root/proc"
mount --bind /dev "$root/dev"

rm -rf "$root/root/project.new"
git clone --quiet --no-hardlinks "$project" "$root/root/project.new"
# The target folder of the last time saves most of the build.
if [ -d "$root/root/project/target" ]; then mv "$root/root/project/target" "$root/root/project.new/"; fi
rm -rf "$root/root/project"
mv "$root/root/project.new" "$root/root/project"

chroot "$root" env -i HOME=/root PATH=/root/venv/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
  PIP_CERT=/etc/ssl/certs/ca-certificates.crt EXAMPLE="$example" bash -euo pipefail <<'INSIDE'
if [ ! -e /ready ]; then
  dpkg --add-architecture arm64
  apt-get -o Acquire::Check-Valid-Until=false -qq update
  apt-get -qq install --no-install-recommends libstd-rust-dev:arm64 gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
  python3 -m venv /root/venv
  pip install --quiet ziglang cargo-zigbuild
  touch /ready
fi
cd "/root/project/examples/$EXAMPLE"
cargo run --quiet --bin synth -- build --arch arm64 --compiler cargo-zigbuild
INSIDE
