"""Tokenizers that are small enough to be made in a test."""

from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as Decoder
from tokenizers.models import BPE, WordLevel
from tokenizers.pre_tokenizers import ByteLevel, Whitespace
from tokenizers.processors import TemplateProcessing


def words_tokenizer(path: Path) -> Path:
    """Each word, of whatever length, and each run of marks is a token, with one before the text
    and one after it."""
    made = Tokenizer(WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2}, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    # As models' own files have it: a count that keeps to it would stop at eight.
    made.enable_truncation(8)
    made.enable_padding(length=8)
    made.save(str(path))
    return path


def bytes_tokenizer(path: Path) -> Path:
    """Byte-level BPE as GPT's is, with few merges: most characters are as many tokens as bytes."""
    letters = ByteLevel.alphabet()
    merges = [("t", "h"), ("th", "e"), ("Ġ", "the"), ("i", "n"), ("e", "r")]
    vocabulary = {letter: number for number, letter in enumerate(sorted(letters))}
    for pair in merges:
        vocabulary["".join(pair)] = len(vocabulary)
    made = Tokenizer(BPE(vocabulary, merges))
    made.pre_tokenizer, made.decoder = ByteLevel(add_prefix_space=True), Decoder()
    made.save(str(path))
    return path
