/**
 * What holds of any Dockerfile, found by `dockerfile-utils`, the validator of the editors' language server. It is given the
 * file without the bodies of here-documents, and of what it says only that is taken which BuildKit of today agrees with:
 * the tests hold it against files that BuildKit builds.
 */
import dockerfileUtils from "dockerfile-utils";
import type { DockerfileStructure } from "../../dockerfile/read-dockerfile.ts";
import type { RuleName } from "../../model/violation.ts";
import { bodyLines, linesOf } from "../instructions.ts";
import type { Found, Rule } from "../linted.ts";

const { validate, ValidationCode: Code } = dockerfileUtils;

interface Known {
  readonly rule: RuleName;
  /** `undefined`: what the library says. */
  readonly message?: string;
  readonly remedy: string;
}

const INVALID: Known = { rule: "invalid-instruction", remedy: "correct it: BuildKit refuses it" };

const KNOWN: ReadonlyMap<number, Known> = new Map([
  [
    Code.MULTIPLE_INSTRUCTIONS,
    {
      rule: "repeated-instruction",
      message: "only the last CMD, ENTRYPOINT and HEALTHCHECK of a stage has an effect",
      remedy: "remove the others",
    },
  ],
  [
    Code.DUPLICATE_BUILD_STAGE_NAME,
    {
      rule: "duplicate-stage",
      message: "two stages have this name: what is built from it depends on where it stands",
      remedy: "give each a name of its own",
    },
  ],
  [
    Code.JSON_IN_SINGLE_QUOTES,
    {
      rule: "json-quotes",
      message: "this is no JSON, because of its single quotes, and a shell gets the brackets",
      remedy: 'write ["like", "this"]',
    },
  ],
  [
    Code.WORKDIR_IS_NOT_ABSOLUTE,
    {
      rule: "relative-workdir",
      message: "where this is depends on the WORKDIR before it, perhaps that of the base",
      remedy: "write the whole path",
    },
  ],
  [
    Code.EMPTY_CONTINUATION_LINE,
    {
      rule: "empty-continuation",
      message: "an empty line amid an instruction, which BuildKit will refuse one day",
      remedy: "remove it, or put a `#` there",
    },
  ],
  [
    Code.CASING_INSTRUCTION,
    {
      rule: "instruction-case",
      message: "an instruction that is not in capital letters",
      remedy: "write it in capitals",
    },
  ],
  [
    Code.DEPRECATED_MAINTAINER,
    {
      rule: "maintainer",
      message: "MAINTAINER is deprecated",
      remedy: "write `LABEL org.opencontainers.image.authors=…`",
    },
  ],
  [Code.INVALID_PORT, INVALID],
  [Code.INVALID_PROTO, INVALID],
  [Code.INVALID_SIGNAL, INVALID],
  [Code.ARGUMENT_MISSING, INVALID],
  [Code.ARGUMENT_REQUIRES_TWO, INVALID],
  [Code.ARGUMENT_REQUIRES_AT_LEAST_TWO, INVALID],
  [Code.FLAG_INVALID_DURATION, INVALID],
  [Code.FLAG_LESS_THAN_1MS, INVALID],
  [Code.FLAG_MISSING_DURATION, INVALID],
  [Code.FLAG_UNKNOWN_UNIT, INVALID],
  [Code.HEALTHCHECK_CMD_ARGUMENT_MISSING, INVALID],
  [Code.SHELL_JSON_FORM, INVALID],
  [Code.SHELL_REQUIRES_ONE, INVALID],
  [Code.UNKNOWN_TYPE, INVALID],
]);

/** The rules that are not this program's own. */
export const general: Rule = ({ bytes, structure }) => {
  const text = withoutBodies(Buffer.from(bytes).toString("utf8"), structure);
  return validate(text).flatMap(({ code, message, range }): readonly Found[] => {
    const known = typeof code === "number" ? KNOWN.get(code) : undefined;
    if (known === undefined) return [];
    const at = { line: range.start.line + 1, column: range.start.character + 1 };
    return [{ rule: known.rule, remedy: known.remedy, message: known.message ?? textOf(message), at }];
  });
};

function textOf(message: string | { readonly value: string }): string {
  return typeof message === "string" ? message : message.value;
}

/** The text without here-documents, all else on its line and in its column: their lines are comments, and none is announced. */
function withoutBodies(text: string, { instructions }: DockerfileStructure): string {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  for (const instruction of instructions) {
    const { first, last } = bodyLines(instruction);
    if (last < first) continue;
    lines.fill("#", first - 1, last);
    for (let index = linesOf(instruction).first - 1; index < first - 1; index += 1)
      lines[index] = (lines[index] ?? "").replaceAll("<<", "xx");
  }
  return lines.join("\n");
}
