# SPDX-License-Identifier: GPL-2.0
"""Mutations of C source, by rule: each takes one check away, or moves its bound by one.

  condition of if, ?:     taken for false, and for true
  condition of a loop     taken for true: only its body ends it
  operand of || or &&     its verdict ignored; also behind return
  < and <=, > and >=      exchanged
  + 1, - 1 in a condition left out
  a & mask, a % size      the second operand left out; '&=' as a whole
  min(a, b)               one argument taken
  x++; x--; x += ..;      left out: what counts up to, or down from, a bound
  a->b = ..;              left out: what later checks go by
Conditions are still evaluated, for what else they do. The source is taken to be in kernel
style: binary operators have a space on both sides, unary ones have none behind them.
"""
import bisect
import collections
import re

# old and new are shown; text[start:end] is replaced by put.
Mutation = collections.namedtuple("Mutation", "line function old new start end put")

# Up to the bracket that opens the body of a function.
DEFINITION = re.compile(r"^\w[^;{}=]*?\b(\w+)\(([^;{}]*)\)\s*\n\{", re.MULTILINE)

OPEN, CLOSE = "([{", ")]}"
SWAPPED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
# Up to the end of an operand of & or %: a cast or a sign, a name or a number, what follows it.
REST = r"(?:->\w+|\.\w+)*[(\[]?"
OPERAND_REST = re.compile(REST)
OPERAND = re.compile(r"(?:\(\w[\w ]*\**\)(?=[\w(&*])|sizeof\b|[~!*-])*(?=[\w(])\w*" + REST)


def blank(found):
    return re.sub(r"[^\n]", " ", found[0])


def code_only(text):
    """The text with comments, strings and preprocessor lines blanked; every place stays what it was."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", blank, text, flags=re.DOTALL)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.MULTILINE)


def closing(code, at):
    """Place of the bracket that closes the one at a place."""
    depth = 0
    for place in range(at, len(code)):
        depth += (code[place] in OPEN) - (code[place] in CLOSE)
        if not depth:
            return place
    raise ValueError("bracket without end")


def split(code, start, end, separator):
    """Ranges between separators (a pattern) that are in no bracket."""
    parts, place = [], start
    pattern = re.compile(separator)
    at = start
    while at < end:
        found = pattern.match(code, at, end)
        if found:
            parts.append((place, at))
            place = at = found.end()
        else:
            at = closing(code, at) + 1 if code[at] in OPEN else at + 1
    return parts + [(place, end)]


def trim(code, start, end):
    while start < end and code[start].isspace():
        start += 1
    while start < end and code[end - 1].isspace():
        end -= 1
    return start, end


class Mutator:
    def __init__(self, text):
        self.text, self.code = text, code_only(text)
        self.lines = [0] + [found.end() for found in re.finditer("\n", text)]
        self.functions = [(found.end() - 1, closing(self.code, found.end() - 1), found[1]) for found in
                          DEFINITION.finditer(self.code)]
        self.found = {}

    def add(self, start, end, put, shown=None):
        """Replace a range; shown is the range to print, wider where that says more."""
        first, last = trim(self.code, *(shown or (start, end)))
        old = self.text[first:last]
        new = self.text[first:start] + put + self.text[end:last]
        function = next((name for begin, stop, name in self.functions if begin < start < stop), None)
        if function:
            self.found[start, end, put] = Mutation(
                bisect.bisect(self.lines, start), function, " ".join(old.split()), " ".join(new.split()),
                start, end, put)

    def ignore(self, start, end, verdict):
        """Evaluate a condition, and take it for 0 or 1."""
        start, end = trim(self.code, start, end)
        self.add(start, end, f"(({self.text[start:end]}) {'||' if verdict else '&&'} {verdict})")

    def logic(self, start, end):
        """The operands of || and &&, in brackets too; then what they compare."""
        for separator, neutral in ((r"\|\|", 0), ("&&", 1)):
            parts = split(self.code, start, end, separator)
            if len(parts) > 1:
                for part in parts:
                    self.ignore(*part, neutral)
                    self.logic(*part)
                return
        self.compare(start, end)
        for found in re.finditer(r"\(", self.code[start:end]):
            inner = start + found.start() + 1
            last = closing(self.code, inner - 1)
            if re.search(r"\|\||&&", self.code[inner:last]) and len(split(self.code, inner, last, ",")) == 1:
                self.logic(inner, last)
                return

    def compare(self, start, end):
        for found in re.finditer(r" ([<>]=?) ", self.code[start:end]):
            at = start + found.start(1)
            self.add(at, start + found.end(1), SWAPPED[found[1]], (start, end))

    def condition(self, start, end, *verdicts):
        if trim(self.code, start, end)[0] == end:
            return      # for (;;)
        for verdict in verdicts:
            self.ignore(start, end, verdict)
        self.logic(start, end)
        for found in re.finditer(r" [+-] 1\b", self.code[start:end]):
            self.add(start + found.start(), start + found.end(), "", (start, end))

    def conditions(self):
        for found in re.finditer(r"\b(if|while|for) \(", self.code):
            start, end = found.end(), closing(self.code, found.end() - 1)
            if found[1] == "for":
                start, end = split(self.code, start, end, ";")[1]
            self.condition(start, end, *((0, 1) if found[1] == "if" else (1,)))

    def expressions(self):
        """What is returned or assigned: the condition of a choice, or operands of a bool."""
        for found in re.finditer(r"\breturn |[^=!<>]= ", self.code):
            start, end = found.end(), found.end()
            while self.code[end] not in ";,{" + CLOSE:
                end = closing(self.code, end) + 1 if self.code[end] in OPEN else end + 1
            choice = split(self.code, start, end, r"\?")
            if len(choice) > 1:
                self.condition(*choice[0], 0, 1)
            else:
                self.logic(start, end)

    def masks(self):
        for found in re.finditer(r" ([&%]) ", self.code):
            operand = OPERAND.match(self.code, found.end())
            if not operand:
                continue
            end = operand.end()
            while self.code[end - 1] in "([":
                end = OPERAND_REST.match(self.code, closing(self.code, end - 1) + 1).end()
            line = self.lines[bisect.bisect(self.lines, found.start()) - 1]
            self.add(found.start(), end, "", self.around(line, found.start(), end))

    def around(self, line, start, end):
        """From the start of the operand in front, or of the line, to the end of the one behind."""
        words = list(re.finditer(r"[=(,:?!] ?|return |\|\| |&& ", self.code[line:start]))
        depth, at = 0, start
        while at > line and not (self.code[at - 1] in "([{" and depth == 0):
            depth += (self.code[at - 1] in CLOSE) - (self.code[at - 1] in OPEN)
            at -= 1
            if depth == 0 and any(line + word.end() == at for word in words):
                break
        return at, end

    def minima(self):
        for found in re.finditer(r"\b(min|min_t)\(", self.code):
            end = closing(self.code, found.end() - 1)
            for part in split(self.code, found.end(), end, ",")[-2:]:
                start, last = trim(self.code, *part)
                self.add(found.start(), end + 1, f"({self.text[start:last]})")

    def counters(self):
        for pattern in (r"[\w>.-]+(?:\+\+|--|(?<!-) [-+&]= [^;]*);", r"[\w>-]+(?:->|\.)\w+ = [^;{]*;"):
            for found in re.finditer(rf"^[ \t]+({pattern})", self.code, re.MULTILINE):
                self.add(found.start(1), found.end(1), ";")

    def all(self):
        for rule in (self.conditions, self.expressions, self.masks, self.minima, self.counters):
            rule()
        return sorted(self.found.values(), key=lambda one: (one.start, one.end, one.put))


def mutations(text):
    """All mutations of a source, in its order."""
    return Mutator(text).all()


def applied(text, one):
    return text[:one.start] + one.put + text[one.end:]


def arguments(code, start, end):
    """The names of what a function takes."""
    names = []
    for first, last in split(code, start, end, ","):
        one = re.sub(r"\[[^]]*\]", "", code[first:last]).strip()
        pointer = re.search(r"\(\*\s*(\w+)\)", one)
        if one not in ("", "void"):
            names.append(pointer[1] if pointer else re.search(r"(\w+)$", one)[1])
    return ", ".join(names)


def all_applied(text, ones):
    """The source with all of these in it, to be compiled once: the variable host_mutant says which is on, from 1.

    Of each function there is a copy for each of its mutations, which it calls instead of going on.
    """
    code, parts, done = code_only(text), [], 0
    for found in DEFINITION.finditer(code):
        end = closing(code, found.end() - 1) + 1
        own = [(number, one) for number, one in enumerate(ones, 1) if found.end() <= one.start < end]
        if not own:
            continue
        words, takes = text[found.start():found.start(1)], text[found.end(1):found.end() - 1]
        parts.append(f"{text[done:found.start()]}extern int host_mutant;\n{words}{found[1]}{takes};\n")
        # Not inline: copies within copies would never end.
        alone = "static __attribute__((__noinline__)) " + re.sub(r"\b(static|inline|__always_inline)\b", "", words).strip() + " "
        void = re.search(r"\bvoid\s*$", words)
        cases = ""
        for number, one in own:
            parts.append(f"{alone}{found[1]}__{number}{takes}"
                         f"{text[found.end() - 1:one.start]}{one.put}{text[one.end:end]}\n")
            call = f"{found[1]}__{number}({arguments(code, *found.span(2))});"
            cases += f"case {number}: {f'{call} return;' if void else f'return {call}'} "
        parts.append(f"{text[found.start():found.end()]} switch (host_mutant) {{ {cases}}} {text[found.end():end]}")
        done = end
    return "".join(parts) + text[done:]
