#!/bin/sh
# An authority and one certificate for scheduler, nodes and service: sh deploy/make-certificates.sh FOLDER
# Whoever has a key of this authority may run programs on all nodes: keep the folder to yourself, and
# ca.key elsewhere than the machines.
set -eu
folder=${1:?usage: sh deploy/make-certificates.sh FOLDER}
umask 077
mkdir -p "$folder"
cd "$folder"
openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj "/CN=gristmill nodes" \
    -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey rsa:3072 -nodes -subj "/CN=gristmill" -keyout tls.key -out tls.csr 2>/dev/null
openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 \
    -out tls.pem 2>/dev/null
rm -f tls.csr ca.srl
echo "made ca.pem, tls.pem, tls.key (for the machines) and ca.key (for you) in $folder"
