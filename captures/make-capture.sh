#!/usr/bin/env bash
# Makes the capture files of this folder: real programs talking to each other in two network namespaces of their own.
#
#   sudo captures/make-capture.sh [output directory]        default: the folder of this script
#
# Wants root on Debian 12. SKIP_INSTALL=1 leaves apt-get out. Takes about a minute. Nothing leaves the namespaces, and
# nothing from outside comes in: they have no route and no interface to the rest of the machine.
set -euo pipefail
export LC_ALL=C

CLIENTS=40             # client addresses: 10.77.0.101 and up
SECONDS_RECORDED=20    # how long the clients go on
SMALL_PACKETS=300      # packets in each of the small files
DNS=10.77.0.1 WEB=10.77.0.2 APP=10.77.0.3
ZONE=campus.test       # .test is reserved (RFC 6761)

# ---------------------------------------------------------------------------------------------------------------------
# Parts which run inside the client namespace, as "$0 --client N" and so on.

nap() { sleep "$1.$(printf %03d "$2")"; }

# One line of DNS names for dig, drawn from the hosts the server knows, with a few that it does not.
names() {
    local n=$1 i
    for ((i = 0; i < n; i++)); do
        case $((RANDOM % 12)) in
            0) echo "host$((RANDOM % 400)).$ZONE AAAA" ;;
            1) echo "nosuch$((RANDOM % 400)).$ZONE A" ;;
            2) echo "$((RANDOM % 250 + 1)).$((RANDOM % 2 + 8)).77.10.in-addr.arpa PTR" ;;
            3) echo "$ZONE MX" ;;
            *) echo "host$((RANDOM % 400)).$ZONE A" ;;
        esac
    done
}

PAGES=(pixel.gif pixel.gif pixel.gif robots.txt robots.txt style.css style.css menu.json news.html index.html script.js)
page() { echo "${PAGES[RANDOM % ${#PAGES[@]}]}"; }

# A user at one address: visits pages, looks names up, now and then something else.
client() {
    local n=$1 end=$2 addr=10.77.0.$((100 + $1)) i k urls
    RANDOM=$n
    nap 0 $((RANDOM % 900))
    for ((i = 0; i < 60 && SECONDS < end; i++)); do
        k=$((RANDOM % 100))
        if ((k < 33)); then        # a connection for each request
            ab -q -B "$addr" -n $((RANDOM % 6 + 3)) -c $((RANDOM % 3 + 1)) -s 3 "http://www.$ZONE/$(page)"
        elif ((k < 43)); then      # keep-alive
            ab -q -k -B "$addr" -n $((RANDOM % 9 + 5)) -c $((RANDOM % 3 + 2)) -s 3 "http://www2.$ZONE/$(page)"
        elif ((k < 60)); then      # one page with what belongs to it, over one connection
            urls=()
            for _ in 1 2 3 4; do urls+=("http://www.$ZONE/$(page)"); done
            ((RANDOM % 8)) || urls+=("http://www.$ZONE/photo.bin")
            curl -s -m 3 --interface "$addr" "${urls[@]}"
        elif ((k < 88)); then      # names over UDP
            dig -b "$addr" +time=1 +tries=1 @$DNS -f <(names $((RANDOM % 8 + 7)))
        elif ((k < 91)); then      # names over TCP
            dig -b "$addr" +tcp +time=1 +tries=1 @$DNS -f <(names 3)
        elif ((k < 93)); then      # an answer larger than 512 bytes: cut off over UDP, asked again over TCP
            dig -b "$addr" +noedns +time=1 +tries=1 @$DNS "big.$ZONE" TXT
        elif ((k < 95)); then      # nobody listens: RST, or ICMP port unreachable
            if ((RANDOM % 2)); then
                curl -s -m 1 --interface "$addr" "http://$WEB:$((RANDOM % 3 + 8081))/"
            else
                echo hello | socat -u - "UDP4:$APP:$((RANDOM % 50 + 33434)),bind=$addr"
            fi
        elif ((k < 97)); then      # the server resets, or the client gives up in the middle of a slow answer
            curl -s -m 1 --interface "$addr" "http://www.$ZONE/reset"
            curl -s -m 0.7 --interface "$addr" "http://www.$ZONE/slow/photo.bin"
        else                       # a few datagrams to the echo server
            for _ in 1 2 3 4; do
                head -c $((RANDOM % 900 + 20)) /dev/zero | socat -t 0.1 - "UDP4:$APP:7,bind=$addr"
            done
        fi || true
        nap 0 $((RANDOM % 480 + 519))
    done
}

# A terminal session: a few bytes at a time over one long TCP connection.
session() {
    local addr=10.77.0.$((100 + $1)) end=$2 i
    for ((i = 0; i < 120 && SECONDS < end; i++)); do
        echo "line $i of session $1"
        nap 0 $((RANDOM % 200 + 80))
    done | socat -t 0.5 - "TCP4:$APP:2323,bind=$addr" || true
}

# Everything beside the clients: calls, pings, fragments, multicast, broadcast.
others() {
    local t=$1 addr pids=() i p
    for i in 1 2; do           # two calls, 50 datagrams of 172 bytes a second each way, as G.711 over RTP has
        iperf3 -c $APP -p $((5200 + i)) -B "10.77.0.$((120 + i))" -u -b 68800 -l 172 --bidir -t $((t - 3)) & pids+=($!)
    done
    for i in 3 4 5; do session "$i" "$((t - 1))" & pids+=($!); done
    for i in 1 2 3 4 5 6; do ping -q -I "10.77.0.$((100 + i))" -i 0.2 -w $((t - 1)) $DNS & pids+=($!); done
    ping -q -I 10.77.0.110 -s 4000 -i 0.5 -w $((t - 2)) $WEB & pids+=($!)     # three fragments each way
    ping -q -I 10.77.0.111 -s 1472 -i 0.5 -w $((t - 2)) $WEB & pids+=($!)     # just fits
    ping -q -b -I 10.77.0.112 -i 1 -w $((t - 2)) 10.77.0.255 & pids+=($!)
    ping -q -I 10.77.0.113 -i 1 -w $((t - 2)) 224.0.0.1 & pids+=($!)
    ping -q -I 10.77.0.114 -i 1 -w 5 10.77.0.99 & pids+=($!)                  # nobody there: ARP only
    for ((i = 0; i < 60 && SECONDS < t - 2; i++)); do
        addr=10.77.0.$((101 + RANDOM % CLIENTS))
        # A question whose answer comes in UDP fragments, and a datagram which goes in fragments.
        dig -b "$addr" +bufsize=4096 +time=1 +tries=1 @$DNS "big.$ZONE" TXT || true
        head -c 3000 /dev/zero | socat -t 0.1 -b 4096 - "UDP4:$APP:7,bind=$addr" || true
        echo "announce $i" | socat -u - "UDP4-DATAGRAM:239.77.0.1:9977,bind=$addr,ip-multicast-ttl=1" || true
        echo "who is there, $i" | socat -u - "UDP4-DATAGRAM:10.77.0.255:9978,bind=$addr,broadcast" || true
        sleep 0.5
    done
    for p in "${pids[@]}"; do wait "$p" || true; done
}

# A little of each, for the small files. $1 web server, $2 name server, $3 address to come from.
sample() {
    local i
    for ((i = 0; i < 12; i++)); do
        curl -s -m 2 --interface "$3" "http://$1/style.css" "http://$1/news.html"
        curl -s -m 1 --interface "$3" "http://$1:8081/"
        dig -b "$3" +time=1 +tries=1 "@$2" -f <(names 6)
        dig -b "$3" +tcp +time=1 +tries=1 "@$2" "host$i.$ZONE"
        ping -q -I "$3" -c 2 -i 0.05 -W 1 "$1"
        ((i % 3)) || ping -q -I "$3" -c 1 -s 4000 -W 1 "$1"
    done || true
}

case ${1:-} in
    --client) client "$2" "$3" >/dev/null 2>&1 || true; exit 0 ;;
    --others) others "$2" >/dev/null 2>&1 || true; exit 0 ;;
    --sample) sample "$2" "$3" "$4" >/dev/null 2>&1 || true; exit 0 ;;
esac

# ---------------------------------------------------------------------------------------------------------------------
# Set up

((EUID == 0)) || { echo "make-capture.sh: wants root" >&2; exit 1; }
SELF=$(readlink -f "$0")
OUT=$(readlink -f "${1:-$(dirname "$SELF")}")
[[ -d $OUT ]] || { echo "make-capture.sh: no directory $OUT" >&2; exit 1; }
S=odonata-srv$$ C=odonata-cli$$ PIDS=() POLICY=
W=$(mktemp -d)
chmod 755 "$W"

cleanup() {
    local p ns
    [[ -z $POLICY ]] || rm -f "$POLICY"
    for p in "${PIDS[@]}"; do kill "$p" 2>/dev/null || true; done
    sleep 0.3
    for ns in "$C" "$S"; do
        if [[ -e /run/netns/$ns ]]; then
            for p in $(ip netns pids "$ns"); do kill -9 "$p" 2>/dev/null || true; done
            ip netns del "$ns" || true
        fi
        rm -rf "/etc/netns/$ns"
    done
    rmdir /etc/netns 2>/dev/null || true
    rm -rf "$W"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if [[ -z ${SKIP_INSTALL:-} ]]; then
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then       # the packages' services are not to be started on the machine itself
        POLICY=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >$POLICY && chmod 755 $POLICY
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends nginx-light tcpdump dnsmasq-base bind9-dnsutils curl apache2-utils \
        iputils-ping iproute2 ethtool socat iperf3 tshark wireshark-common >/dev/null
    [[ -z $POLICY ]] || { rm -f "$POLICY"; POLICY=; }
fi

ip netns add "$S"
ip netns add "$C"
mkdir -p "/etc/netns/$C"
echo "nameserver $DNS" >"/etc/netns/$C/resolv.conf"
ip -n "$S" link add eth0 address 02:00:0a:4d:00:01 type veth peer name eth0 netns "$C" address 02:00:0a:4d:00:65
for ns in "$S" "$C"; do
    # Without this, checksums would be left to hardware that is not there, and packets would be larger than the MTU.
    ip netns exec "$ns" ethtool -K eth0 tx off rx off tso off gso off gro off >/dev/null
    ip netns exec "$ns" sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=0 net.ipv4.icmp_ratelimit=0
    ip -n "$ns" link set lo up
    ip -n "$ns" link set eth0 up
done
for a in $DNS $WEB $APP; do ip -n "$S" addr add "$a/24" brd + dev eth0; done
for ((i = 1; i <= CLIENTS; i++)); do ip -n "$C" addr add "10.77.0.$((100 + i))/24" brd + dev eth0; done
ip -n "$S" route add 224.0.0.0/4 dev eth0
ip -n "$C" route add 224.0.0.0/4 dev eth0

# Runs a program in a namespace until clean-up. "ip netns exec" becomes the program, so $! is its process.
run() {
    local ns=$1
    shift
    ip netns exec "$ns" "$@" >>"$W/log" 2>&1 &
    PIDS+=($!)
}
stop() { kill -INT "$1" 2>/dev/null || true; wait "$1" 2>/dev/null || true; }

# Web server: files of sizes from 43 bytes to 8 kB
mkdir -p "$W/www/slow" "$W/nginx"
text() { awk -v n="$1" 'BEGIN { while (l < n) { s = sprintf("%d dragonflies over the pond\n", ++i); l += length(s); printf "%s", s } }' | head -c "$1"; }
printf 'GIF89a\1\0\1\0\200\0\0\0\0\0\377\377\377!\371\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' >"$W/www/pixel.gif"
for f in robots.txt:120 style.css:300 menu.json:520 news.html:900 index.html:1700 script.js:2500 photo.bin:8000; do
    text "${f#*:}" >"$W/www/${f%:*}"
done
cp "$W/www/photo.bin" "$W/www/slow/"
cat >"$W/nginx.conf" <<CONF
user root;
worker_processes 1;
daemon off;
pid $W/nginx.pid;
error_log $W/nginx/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    types { text/html html; text/css css; text/plain txt; image/gif gif; application/json json; text/javascript js; }
    client_body_temp_path $W/nginx/b; proxy_temp_path $W/nginx/p; fastcgi_temp_path $W/nginx/f;
    uwsgi_temp_path $W/nginx/u; scgi_temp_path $W/nginx/s;
    keepalive_timeout 5s;
    keepalive_requests 1000;
    server {
        listen 80;
        root $W/www;
        location /slow/ { limit_rate 3k; }
        reset_timedout_connection on;
        location /reset { return 444; }     # closes with a RST
    }
}
CONF
run "$S" nginx -p "$W/nginx" -c "$W/nginx.conf"

# Name server: 400 hosts, and a text of 2,800 bytes
for ((i = 0; i < 400; i++)); do echo "10.77.$((8 + i / 250)).$((i % 250 + 1)) host$i.$ZONE"; done >"$W/hosts"
printf '%s\n' "$WEB www.$ZONE" "$APP www2.$ZONE" >>"$W/hosts"
big=big.$ZONE
for ((i = 0; i < 14; i++)); do big+=",$(text 200 | tr '\n,' '..')"; done
run "$S" dnsmasq -k -C /dev/null -u root -R -h -H "$W/hosts" --local="/$ZONE/" --local=/10.in-addr.arpa/ --pid-file= \
    --edns-packet-max=4096 --txt-record="$big" --mx-host="$ZONE,mail.$ZONE,10" --host-record="mail.$ZONE,$APP"

# Echo over UDP and TCP, two ends for calls, a member of a multicast group
run "$S" socat -b 8192 "UDP4-RECVFROM:7,bind=$APP,fork" PIPE
run "$S" socat -T 30 "TCP4-LISTEN:2323,bind=$APP,fork,reuseaddr" PIPE
run "$S" iperf3 -s -B $APP -p 5201
run "$S" iperf3 -s -B $APP -p 5202
sleep 1

# ---------------------------------------------------------------------------------------------------------------------
# The large file

ip netns exec "$S" tcpdump -i eth0 -B 16384 -Z root --time-stamp-precision=micro -w "$W/campus.pcap" 2>"$W/tcpdump" &
dump=$!
PIDS+=($dump)
sleep 0.5
run "$S" socat -u "UDP4-RECV:9977,reuseaddr,ip-add-membership=239.77.0.1:$APP" /dev/null
echo "recording $SECONDS_RECORDED s"
jobs=()
for ((i = 1; i <= CLIENTS; i++)); do
    ip netns exec "$C" bash "$SELF" --client "$i" $((SECONDS_RECORDED - 1)) &
    jobs+=($!)
done
ip netns exec "$C" bash "$SELF" --others "$SECONDS_RECORDED" &
jobs+=($!)
PIDS+=("${jobs[@]}")
for p in "${jobs[@]}"; do wait "$p" || true; done
sleep 0.3
stop $dump
# Two CPUs may hand packets to tcpdump a few microseconds out of turn; replay wants them in order of time.
reordercap "$W/campus.pcap" "$W/ordered.pcap" >/dev/null 2>&1
mv "$W/ordered.pcap" "$W/campus.pcap"
grep -q '^0 packets dropped by kernel' "$W/tcpdump" || { cat "$W/tcpdump" >&2; exit 1; }

# ---------------------------------------------------------------------------------------------------------------------
# The small files: the same traffic seen by three tools at once, and a tunnel without link header

smalls=()
small() {      # file, program and its options
    local file=$1
    shift
    run "$S" timeout 30 "$@" -c $SMALL_PACKETS -w "$W/$file"
    smalls+=($!)
}
small small.pcapng dumpcap -q -i eth0
small small-sll.pcap tcpdump -i any -y LINUX_SLL -Z root
small small-sll2.pcap tcpdump -i any -y LINUX_SLL2 -Z root
sleep 1
ip netns exec "$C" bash "$SELF" --sample $WEB $DNS 10.77.0.101

# Two tun devices, joined by datagrams over the veth: what tcpdump sees on a tun has no link header (raw IP).
tun='iff-up,tun-type=tun,iff-no-pi'
run "$S" socat "UDP4-DATAGRAM:10.77.0.140:7000,bind=$APP:7000" "TUN:10.78.0.1/24,tun-name=tun0,$tun"
run "$C" socat "UDP4-DATAGRAM:$APP:7000,bind=10.77.0.140:7000" "TUN:10.78.0.2/24,tun-name=tun0,$tun"
sleep 1
small small-raw.pcap tcpdump -i tun0 -Z root
sleep 1
ip netns exec "$C" bash "$SELF" --sample 10.78.0.1 10.78.0.1 10.78.0.2
for p in "${smalls[@]}"; do
    wait "$p" || { echo "make-capture.sh: a small file did not fill up" >&2; tail -n 30 "$W/log" >&2; exit 1; }
done

# ---------------------------------------------------------------------------------------------------------------------
# Check, then put in place

FILES=(campus.pcap small.pcapng small-sll.pcap small-sll2.pcap small-raw.pcap)
CHECK=(-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE)
# Linux writes a TCP checksum of 0 as 0xffff when it fills it in without hardware. Both are zero in one's complement and
# every receiver takes it, but tshark calls it bad.
ZERO='tcp.checksum==0xffff && tcp.checksum_calculated==0'
WRONG="ip.checksum.status==0 || (tcp.checksum.status==0 && !($ZERO)) || udp.checksum.status==0 || icmp.checksum.status==0 || _ws.malformed || frame.cap_len < frame.len"
bad=0
count() { tshark -n "${CHECK[@]}" -r "$W/$1" -Y "$2" -T fields -e frame.number 2>/dev/null | wc -l; }
flows() { tshark -n -q -r "$W/$1" -z "conv,$2" 2>/dev/null | grep -c '<->' || true; }
for f in "${FILES[@]}"; do
    wrong=$(count "$f" "$WRONG")
    printf '%-16s packets %-6d bytes %-8d seconds %-10s tcp flows %-5d udp flows %-5d fragments %-5d zero %-3d wrong %d\n' "$f" \
        "$(count "$f" frame)" "$(stat -c %s "$W/$f")" \
        "$(capinfos -TruMS "$W/$f" 2>/dev/null | awk '{ print $NF }')" \
        "$(flows "$f" tcp)" "$(flows "$f" udp)" "$(count "$f" 'ip.flags.mf==1 || ip.frag_offset>0')" "$(count "$f" "$ZERO")" "$wrong"
    ((wrong == 0)) || { bad=1; tshark -n "${CHECK[@]}" -r "$W/$f" -Y "$WRONG" -V 2>/dev/null | head -n 150 >&2; }
done
((bad == 0)) || { echo "make-capture.sh: wrong packets, nothing written" >&2; exit 1; }
for f in "${FILES[@]}"; do install -m 644 "$W/$f" "$OUT/$f"; done
(cd "$OUT" && sha256sum "${FILES[@]}")
