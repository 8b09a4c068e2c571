#!/bin/sh
# Runs the object gateway of Ceph (RGW) with a monitor and a store in memory, until standard input ends: that is, no
# longer than the test that started it, however that ends. No port but those of 127.0.0.1, no user but the caller.
# usage: rgw.sh PACKAGES FOLDER MONITOR_PORT PORT ACCESS_KEY_ID SECRET_ACCESS_KEY
#   PACKAGES  where Debian's packages of Ceph are unpacked; / where they are installed
#   FOLDER    for everything that it writes; removed at the end
set -eu
packages=${1%/} folder=$2 monitor=127.0.0.1:$3 address=127.0.0.1:$4 access_key_id=$5 secret_access_key=$6

libraries=$packages/usr/lib/$(uname -m)-linux-gnu
PATH=$packages/usr/bin:$PATH
LD_LIBRARY_PATH=$libraries:$packages/lib/$(uname -m)-linux-gnu:$libraries/ceph
CEPH_CONF=$folder/ceph.conf
export PATH LD_LIBRARY_PATH CEPH_CONF

# One node without copies. The gateway wants a secure connection to its monitor by default, which takes keys; here nobody
# but this machine can connect. Proposals of the monitor are not gathered for a second each: the start takes seconds then.
cat >"$CEPH_CONF" <<END
[global]
fsid = 00000000-0000-4000-8000-000000000001
mon_host = v2:$monitor
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
mon_allow_pool_size_one = true
mon_osd_auto_mark_in = true
paxos_propose_interval = 0.05
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_class_dir = $libraries/rados-classes
plugin_dir = $libraries/ceph
erasure_code_dir = $libraries/ceph/erasure-code
run_dir = $folder
crash_dir = $folder
admin_socket =
pid_file =
log_file = $folder/\$name.log
[mon.a]
mon_data = $folder/mon
[osd.0]
osd_data = $folder/osd
osd_objectstore = memstore
[client.rgw]
rgw_data = $folder/rgw
rgw_frontends = beast endpoint=$address
rgw_dns_name = rgw.localhost
rgw_crypt_require_ssl = false
END

mkdir "$folder/mon" "$folder/osd" "$folder/rgw"
# An interrupt ends the test first, and then this.
trap '' INT TERM HUP
processes=
stop() {
    # shellcheck disable=SC2086 # a list
    kill -9 $processes 2>/dev/null || true
    wait
    rm -rf "$folder"
}

{
    # A map that has the one store already: nothing is left to be asked of the monitor by hand.
    monmaptool --create --addv a "[v2:$monitor]" --fsid 00000000-0000-4000-8000-000000000001 "$folder/monmap"
    osdmaptool --createsimple 1 "$folder/osdmap"
    ceph-mon -i a --mkfs --monmap "$folder/monmap" --osdmap "$folder/osdmap"
    ceph-mon -i a -f </dev/null &
    processes=$!
    trap stop EXIT
    ceph-osd -i 0 --mkfs --osd-uuid 00000000-0000-4000-8000-000000000002
    ceph-osd -i 0 -f </dev/null &
    processes="$processes $!"
    timeout 120 radosgw-admin -n client.rgw user create --uid presize --display-name presize \
        --access-key "$access_key_id" --secret-key "$secret_access_key"
    radosgw -n client.rgw -f </dev/null &
    processes="$processes $!"
} >"$folder/output" 2>&1

# Nothing is ever written there.
cat >/dev/null
