#!/usr/bin/env python3
"""Writes this package's tables from HL7's V2-to-FHIR guide (IG 1.0.0, content CC0-1.0).

Usage: generate.py GUIDE_MAPPINGS_FOLDER

Reads  messages/, segments/, datatypes/, codesystems/ of the guide's `mappings` folder, and the R4
       table of this project (a row that names no element of R4 cannot be a rule).
Writes segments.csv datatypes.csv messages.csv structures.csv codes.csv, and left_out.tsv: every
       mapped row of the guide that is no rule, with the reason. corrections.csv is written by hand.
Rows keep the guide's identity: map, field, how-manieth row of the field.
"""
import collections
import csv
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
R4 = os.path.join(HERE, "..", "..", "..", "fhir_models", "r4", "schema_r4.inc")
LATER = "https://puente.mx/fhir/StructureDefinition/later-"
RULE = ["rule", "source", "when", "target", "as", "vocab", "value", "note"]


class Schema:
    """The element table of R4: path -> (type, repeats)."""

    def __init__(self, path):
        text = open(path, encoding="utf-8").read()
        self.types = re.findall(r'^    \{"([^"]+)", \{', text[text.index("kTypes[]"):], re.M)
        kinds = re.findall(r"TypeKind::(\w+)", text[text.index("kTypes[]"):])
        self.kinds = dict(zip(self.types, kinds))
        self.elements = {}
        rows = text[text.index("kElements[]"):text.index("kTypes[]")]
        for name, row in re.findall(r'^    \{"([^"]+)", ([\d, ]+)\}', rows, re.M):
            cells = [int(cell) for cell in row.split(",")]
            self.elements[name] = (self.types[cells[0]], cells[-1] == 0)
        self.owner = collections.defaultdict(set)

    def find(self, type_name, step):
        return self.elements.get(type_name + "." + step)

    def primitive(self, type_name):
        return self.kinds.get(type_name) == "primitive"

    def resource(self, type_name):
        return self.kinds.get(type_name) == "resource"


FAMILY = {"Age": "Quantity", "Duration": "Quantity", "Count": "Quantity", "Distance": "Quantity",
          "SimpleQuantity": "Quantity"}

# Slips of the guide in its conditions; every other condition is taken as it stands.
CONDITION_SLIPS = [
    (r"PL3\.NOT", "PL.3 NOT"), (r', X"\)', ', "X")'), (r"\s+ERROR$", ""), (r"\bAREA\b", ""),
    (r"^(c|ic)$", ""), ("\u201c|\u201d", '"'),
    # Senders seldom name the table of ROL-3: the role itself decides.
    (r'^IF ROL-3.1 EQUALS "PP" AND ROL-3.3 EQUALS "HL70443"$', 'ROL-3.1 EQUALS "PP"'),
    (r'^IF ROL-3.3 EQUALS "HL70443" AND ROL-3.1 IS NOT "PP"$', 'ROL-3.1 NOT EQUALS "PP"'),
]
# Slips of the guide in its paths.
TARGET_SLIPS = [("practioner", "practitioner"), ("organziation", "organization"),
                ("Practioner", "Practitioner"), (r"\.Practitioner\(", ".practitioner("),
                ("payer", "payor"), ("occurrenceTIming", "occurrenceTiming"),
                (r"coding\.uri$", "coding.system"), (r"note\(Annotation\.text\)", "note.text")]
# Placements that are no placement here, and why.
NO_PLACEMENT = {
    "MSH[Provenance-Transformation]":
        "mapping has no clock: the gateway states its own transformation",
    "SFT[Device]": "Provenance.entity asks for a role the segment does not tell: +/SFT",
    "DG1[EpisodeOfCare]": "nothing in the message tells an episode of care from an encounter",
    "PV1[Basic-EncounterHistory]": "built on extensions of R5 that the guide gives in part",
}
LITERAL = r'"[^"]*"'
PLACE = r"[A-Z][A-Z0-9]{1,2}[-.]\d+(?:\.\d+)*"
JOIN = re.compile(rf"^(?:{LITERAL}|{PLACE})(?:\s*\+?\s*(?:{LITERAL}|{PLACE}))*$")


def read(folder, kind):
    """(map name, rows) of every CSV of a folder, without its two header lines."""
    pattern = r"(?:R4_|Map_) (.*?) - "
    for path in sorted(glob.glob(os.path.join(folder, kind, "*.csv"))):
        name = re.search(pattern, os.path.basename(path)).group(1).strip()
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] + [""] * 20 for row in csv.reader(file)]
        yield name, rows[2:]


# Maps written anew by hand (hand.csv), because the guide's rows cannot be run row by row.
BY_HAND = {"PL[Location]", "HD[uri]", "HD[MessageHeader.source-endpoint]", "XTN[ContactPoint]",
           "HD[MessageHeader.destination-endpoint]", "OBX[Observation-Component]", "XPN[string]",
           "NM[Quantity]", "DLD[Location-Discharge]", "OG[Extension-Subidentifier]",
           "HD[Organization]", "SN[Quantity]", "SN[Range]", "SN[Ratio]", "ED[Attachment]",
           "RP[Attachment]", "PID[Account]", "NDL[PractitionerRole]"}

# Places the guide gives outside their group.
PATH_SLIPS = {"ORM_O01": (r"^ORDER_DETAIL", "ORDER.ORDER_DETAIL")}


class LeftOut(Exception):
    pass


def value_of(row):
    return row[16] or "".join(re.findall(r'="[^"]+"', row[9]))


class Generator:
    def __init__(self, guide, schema):
        self.guide = guide
        self.schema = schema
        self.left_out = []
        self.maps = {}  # lower-case name -> name
        for kind in ("segments", "datatypes"):
            for name, _ in read(guide, kind):
                self.maps[name.lower()] = name
        self.code_rows = self.codes()
        named = {row[0] for row in self.code_rows}
        self.vocabularies = {}  # an empty map of the guide is no vocabulary
        for name, _ in read(guide, "codesystems"):
            self.vocabularies[name.replace("/", "").lower()] = name if name in named else ""

    # -- targets ------------------------------------------------------------------------------

    def path(self, text, root=""):
        """The guide's path in our notation: `a(Type.b)` becomes `a->Type.b`."""
        for slip, right in TARGET_SLIPS:
            text = re.sub(slip, right, text.strip())
        text = re.sub(r"\s+", "", text).replace("[each]", "[1]").replace("{", "[").replace("}", "]")
        text = re.sub(r"\[(\d+)(?=\.)", r"[\1]", re.sub(r'="?.*$', "", text))
        text = re.sub(r"^\[1\]\.", "", text)
        if root and text.startswith(root + "."):
            text = text[len(root) + 1:]
        if text in ("$value", "$this", "[1]"):
            return "$this"
        text = text.replace(".reference(", "(").replace(".(", "(")
        text = re.sub(r"\((\w+)\[\w+\]", r"(\1", text)
        text = re.sub(r"\((\w+)", r"->\1", text).replace(")", "")
        text = re.sub(r"(extension\[\d+\])\.uri$", r"\1.url", text)
        text = re.sub(r"\bextension\.", "extension[1].", text)
        if re.match(r"^\[", text) or re.search(r"[^\w.\[\]>-]", text):
            raise LeftOut("target " + text + " is no path")
        return text

    def walk(self, root, path):
        """Types along a path; raises when R4 has no such element."""
        if path == "$this":
            return [root]
        types, at, repeats = [root], root, False
        for step in path.split("."):
            name, hop = (step.split("->") + [""])[:2]
            name = name.split("[")[0]
            if self.schema.primitive(at) and name == "extension":
                if repeats:
                    raise LeftOut("an extension inside a list of primitives")
                at = "Element"
            found = self.schema.find(at, name)
            if not found:
                raise LeftOut(f"R4 has no {at}.{name}")
            at, repeats = found
            if not repeats and re.search(r"\[(?!1\])", step):
                raise LeftOut(step + " does not repeat")
            if hop:
                if at != "Reference" or not self.schema.resource(hop):
                    raise LeftOut(f"{name} is no reference to {hop}")
                at = hop
            types.append(at)
        return types

    def root(self, name):
        inside = re.search(r"\[(.*)\]$", name).group(1).split("-")[0]
        if inside not in self.schema.kinds:
            raise LeftOut("R4 has no type " + inside)
        return inside

    # -- one rule -----------------------------------------------------------------------------

    def map_for(self, target_type, parent_type, name, source_type):
        """(map, steps to drop from the target) for a datatype map the guide names, or guesses."""
        candidates = []
        if name:
            known = self.maps.get(name.lower())
            if known:
                candidates.append(known)
            source_type = name.split("[")[0]
        if source_type:
            for wanted in (target_type, FAMILY.get(target_type, target_type)):
                guess = self.maps.get(f"{source_type}[{wanted}]".lower())
                if guess:
                    candidates.append(guess)
        for drop, goal in ((0, target_type), (1, parent_type)):
            for candidate in candidates:
                try:
                    made = self.root(candidate)
                except LeftOut:
                    continue
                if goal and (FAMILY.get(made, made) == FAMILY.get(goal, goal)):
                    return candidate, drop
        return None, 0

    def rule(self, map_name, row):
        source, target, as_map = row[1], row[9], row[14]
        if re.fullmatch(r"\w+", source) and "." not in source and "-" not in source \
                and not re.fullmatch(r"[A-Z0-9]{2,3}", source):
            source = ""
        path = self.path(target, self.root(map_name))
        types = self.walk(self.root(map_name), path)
        goal, parent = types[-1], types[-2] if len(types) > 1 else ""
        when = row[6]
        for slip, right in CONDITION_SLIPS:
            when = re.sub(slip, right, when).strip()
        if not source and not value_of(row):
            raise LeftOut("neither a source nor a value")
        if "http" in when:
            raise LeftOut("the condition asks a web page")
        when = re.sub(r"^IF\s+", "", when, flags=re.I)
        kind = map_name.split("[")[0]
        if "." in row[1] or row[1].startswith(("FT-", "RI-")) or map_name.startswith("HD["):
            when = re.sub(rf"\b{kind}-(?=\d)", kind + ".", when)
            source = source.replace(kind + "-", kind + ".")
        if re.match(rf"^(?:{re.escape(row[1])}\s+)?(?:IS\s+)?NOT VALUED", when):
            when = when if when.startswith(row[1]) else row[1] + " " + when
            source = ""  # a row about what is missing cannot wait for it
        value = row[16]
        if "#" in value and not value.startswith("/"):
            raise LeftOut("placeholder " + value)
        if not map_name.startswith("MSG["):
            value = re.sub(r"\bMSG\.", "MSH-9.", value)
        if value.startswith('"') and value.count('"') == 1:
            value += '"'
        if not value and re.search(r'="[^"]+"', target):
            value = re.search(r'"[^"]+"', target).group(0)
        if re.fullmatch(r"https?:\S+", value):
            value = '"' + value + '"'
        if value.startswith("/"):
            if "DateTime" not in goal and goal not in ("dateTime", "date", "instant"):
                raise LeftOut("assignment in prose: " + value)
            value = ""
        if value and not JOIN.match(value):
            raise LeftOut("assignment " + value)
        value = re.sub(r'"\s*http', '"http', value)
        # Names of elements of later versions: no R4 validator knows them, so they are ours.
        value = re.sub(r"https?://hl7\.org/fhir/[56]\.0/StructureDefinition/extension-", LATER, value)
        vocab = ""
        if row[15] and not row[15].startswith('"'):
            key = row[15].replace("/", "").replace(" ", "").lower()
            if key not in self.vocabularies:
                raise LeftOut("no code map " + row[15])
            vocab = self.vocabularies[key]
            if not vocab and not as_map and self.schema.primitive(goal) and goal == "code":
                raise LeftOut("the code map " + row[15] + " is empty")
        apply = ""
        if goal == "Reference" and "->" not in path.split(".")[-1]:
            made = self.maps.get(as_map.lower(), "")
            if made and self.schema.resource(self.root(made)):
                goal = self.root(made)
                path += "->" + goal
        if not value or value and not self.schema.primitive(goal):
            value = value if self.schema.primitive(goal) else ""
            apply, drop = self.map_for(goal, parent, as_map, row[3].split(" ")[0])
            if drop:
                path = ".".join(path.split(".")[:-1]) or "$this"
                goal = parent
            if not apply and not self.schema.primitive(goal):
                raise LeftOut(f"no map from {as_map or row[3] or 'a literal'} to {goal}")
            apply = apply or ""
            if apply and self.schema.primitive(self.root(apply)) and \
                    re.match(r"^(CWE|CE|ID|IS|ST|TS|DTM|NM)\[", apply):
                apply = ""  # the element's own type says it
        bare = re.fullmatch(r"[A-Z0-9]{2,3}", source) and map_name.startswith(source + "[")
        if (bare and not value and not apply) or (path.endswith("extension[1].url") and not value) \
                or (re.search(r"extension\[\d+\]\.url$", path) and not value.startswith('"')):
            raise LeftOut("nothing says what to write")
        if path == "$this" and apply == "" and not self.schema.primitive(goal):
            raise LeftOut("nothing to write")
        return [source, when, path, apply, vocab, value, row[8].replace("\n", " ")]

    def rules(self, kind):
        out = []
        for name, rows in read(self.guide, kind):
            count = collections.Counter()
            for row in rows:
                if not row[9]:
                    continue
                field = re.split(r"[-.]", row[1], 1)[-1] if re.search(r"[-.]", row[1]) else "0"
                count[field] += 1
                number = field if count[field] == 1 else f"{field}.{count[field]}"
                rule_id = f"{name}/{number}"
                try:
                    if name in BY_HAND:
                        raise LeftOut("the map is written by hand")
                    made = self.rule(name, row)
                    out.append([rule_id] + made)
                except LeftOut as reason:
                    self.left_out.append([rule_id, row[1], row[9], str(reason)])
        return out

    def own_extensions(self, rows):
        """One number per extension and field, and none without its url."""
        owners = collections.defaultdict(dict)  # map -> (number, field) -> new number
        for row in rows:
            found = re.match(r"extension\[(\d+)\](.*)", row[3])
            if not found:
                continue
            taken = owners[row[0].rsplit("/", 1)[0]]
            key = (found.group(1), row[1].split(".")[0] if "-" in row[1] else row[1])
            if key not in taken:
                numbers = set(taken.values())
                number = int(found.group(1))
                while number in numbers:
                    number += 10
                taken[key] = number
            row[3] = f"extension[{taken[key]}]{found.group(2)}"
        urls = {(row[0].rsplit("/", 1)[0], row[3]) for row in rows if row[3].endswith(".url")}
        kept = []
        for row in rows:
            prefixes = [row[3][:match.end()] for match in re.finditer(r"extension\[\d+\]", row[3])]
            if all((row[0].rsplit("/", 1)[0], prefix + ".url") in urls for prefix in prefixes):
                kept.append(row)
            else:
                self.left_out.append([row[0], row[1], row[3], "the extension has no url"])
        return kept

    # -- messages -----------------------------------------------------------------------------

    def instance(self, text):
        text = re.sub(r"\s+", "", text)
        text = re.sub(r"\[(each|n|1\.\.n)\]", "[1]", text)
        if not re.fullmatch(r"[A-Za-z]+(\[\w+\])?", text):
            raise LeftOut("target " + text + " is no resource")
        if not self.schema.resource(text.split("[")[0]):
            raise LeftOut("R4 has no resource " + text)
        return text if "[" in text else text + "[1]"

    def links(self, rule_id, text, made, default):
        out = []
        for part in re.split(r"[;\n]|(?<=\.id) ", text):
            part = re.sub(r"\s+", "", part)
            if not part or any(part.startswith(one.split("=")[0]) for one in out):
                continue
            try:
                left, right = part.split("=", 1)
                right = re.sub(r"\.id$", "", right).replace("Patient[PID]", "Patient[1]")
                right = right.replace("ServiceRequest[ORC]", "ServiceRequest[1]")
                left = re.sub(r"\.(reference|id)$", "", left).replace("Immunzation", "Immunization")
                head, path = left.split(".", 1)
                if right == "Bundle":
                    raise LeftOut("a Bundle is no entry of itself")
                right = self.instance(right)
                head = self.instance(head) if "[" in head else self.match(self.instance(head), default, made)
                right = self.match(right, "", made)
                path = self.path(path)
                if path == "diagnosis":
                    path = "diagnosis[1].condition"
                types = self.walk(head.split("[")[0], path)
                if types[-1] != "Reference":
                    raise LeftOut(path + " is no reference")
                out.append(f"{head}.{path}={right}")
            except (LeftOut, ValueError) as reason:
                self.left_out.append([rule_id, "", part, str(reason)])
        return "; ".join(out)

    @staticmethod
    def match(name, default, made):
        """A resource named without a number is the one of its row, else the only one there is."""
        kind = name.split("[")[0]
        if default.split("[")[0] == kind:
            return default
        same = [one for one in made if one.split("[")[0] == kind]
        return name if name in made or not same else same[-1]

    def messages(self):
        structures, rules = [], []
        for name, rows in read(self.guide, "messages"):
            places, seen, made = {}, collections.Counter(), []
            number = collections.Counter()
            for row in rows:
                identifier = row[1]
                if not identifier or identifier.startswith("/"):
                    continue
                group = not re.search("[A-Z]", row[2])
                path = re.sub(r"^[A-Z0-9_]+(:follow:\w+)?\.", "", identifier)
                path = re.sub(r"[^\w.]", "", path)
                path = re.sub(*PATH_SLIPS.get(name, ("^$", "")), path)
                if identifier not in places:
                    seen[path] += 1
                    places[identifier] = path if seen[path] == 1 else f"{path}({seen[path]})"
                    repeats = row[5] == "-1" or "{" in row[2]
                    structures.append([name, places[identifier] + ("." if group else ""),
                                       ("1" if row[4] == "1" else "0") + ".." +
                                       ("*" if repeats else "1"), row[3].replace("--- ", "")])
                if group or not row[9]:
                    continue
                number[path] += 1
                rule_id = f"{name}/{places[identifier]}"
                if number[path] > 1:
                    rule_id += f".{number[path]}"
                try:
                    rules.append([rule_id] + self.placement(rule_id, places[identifier], row, made))
                except LeftOut as reason:
                    self.left_out.append([rule_id, row[1], row[9] + " " + row[10], str(reason)])
        return structures, rules

    def placement(self, rule_id, place, row, made):
        target, extra = row[9], ""
        if row[10] in NO_PLACEMENT:
            raise LeftOut(NO_PLACEMENT[row[10]])
        note = re.fullmatch(r"(\w+)(\[\d\])\.note", target)
        if note:
            target, row[10] = note.group(1) + note.group(2), f"NTE[{note.group(1)}]"
        inner = re.fullmatch(r"([\w\[\]]+)\.([\w.]+)\((\w+)\)", target)
        if inner:
            extra = f"{inner.group(1)}.{inner.group(2)}={inner.group(3)}[1]"
            target = inner.group(3)
        target = self.instance(target)
        as_map = self.maps.get(row[10].replace(" ", "").lower(), "")
        if not as_map:
            raise LeftOut("no map " + row[10])
        if self.root(as_map) != target.split("[")[0]:
            raise LeftOut(f"{as_map} makes no {target}")
        when = row[6]
        for slip, right in CONDITION_SLIPS:
            when = re.sub(slip, right, when).strip()
        when = re.sub(r"^IF\s+", "", when, flags=re.I)
        if target not in made:
            made.append(target)
        value = self.links(rule_id, row[11] + ("; " + extra if extra else ""), made, target)
        if target == "Bundle[1]":
            target = "Bundle"
        return [place, when, target, as_map, "", value, row[8].replace("\n", " ")]

    # -- codes --------------------------------------------------------------------------------

    def codes(self):
        out = []
        for name, rows in read(self.guide, "codesystems"):
            seen = set()
            for row in rows:
                code, target = row[0], row[6]
                if not code or not target:
                    continue
                if code in seen:
                    self.left_out.append([name + "/" + code, "", target, "the code has a row already"])
                    continue
                if row[3]:
                    self.left_out.append([name + "/" + code, "", target, "conditional: " + row[3]])
                    continue
                seen.add(code)
                system = row[9].strip()
                out.append([name, code, target.strip('"'), row[7] or row[8],
                            system if system.startswith(("http", "urn")) else "", row[1]])
        return out


def without_empty_maps(generator, *tables):
    """Rows that apply a map of which no row is left."""
    while True:
        alive = BY_HAND | {row[0].rsplit("/", 1)[0] for table in tables for row in table}
        dead = [row for table in tables for row in table if "[" in row[4] and row[4] not in alive]
        if not dead:
            return
        for row in dead:
            generator.left_out.append([row[0], row[1], row[3], "nothing is left of " + row[4]])
        for table in tables:
            table[:] = [row for row in table if row not in dead]


def write(name, header, rows, delimiter=","):
    with open(os.path.join(HERE, name), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows")


def main():
    generator = Generator(sys.argv[1], Schema(R4))
    segments, datatypes = (
        generator.own_extensions(generator.rules(kind)) for kind in ("segments", "datatypes"))
    structures, messages = generator.messages()
    without_empty_maps(generator, segments, datatypes, messages)
    write("segments.csv", RULE, segments)
    write("datatypes.csv", RULE, datatypes)
    write("structures.csv", ["structure", "path", "max", "note"], structures)
    write("messages.csv", RULE, messages)
    write("codes.csv", ["vocab", "code", "target", "display", "system", "note"], generator.code_rows)
    write("left_out.tsv", ["rule", "source", "target", "reason"], generator.left_out, "\t")


if __name__ == "__main__":
    main()
