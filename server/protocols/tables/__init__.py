"""The calls of drop-in protocols, as data; each is one only where its protocol is switched on."""
