"""What streams of events are told: which event is whose, in which words, from where on."""
