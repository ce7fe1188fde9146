import { declaredArguments } from "../../dockerfile/arguments.ts";
import { fromByteText } from "../../dockerfile/byte-text.ts";
import type { Instruction } from "../../dockerfile/read-dockerfile.ts";
import { rangeOf } from "../../dockerfile/split-instructions.ts";
import { splitQuotedWords } from "../../dockerfile/tokens.ts";
import { startOf } from "../instructions.ts";
import type { Found, Rule } from "../linted.ts";

/** BuildKit's own words (frontend/dockerfile/dockerfile2llb/convert.go, SecretsUsedInArgOrEnv). */
const SECRET_NAME =
  /(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)/i;
/** Names of what is no secret, but says where it is or which. */
const NO_SECRET = /(?:_|^)public(?:_|$)|_(?:file|path|dir|sock|url|uri|id|name|ttl|type)$/i;

/** Forms that only secrets have: AWS, GitHub, GitLab, Slack, Google, keys in PEM, a password in a URL. */
const SECRET_VALUE = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{22,}/,
  /\bglpat-[\w-]{20}/,
  /\bxox[abeoprs]-[\w-]{10,}/,
  /\bAIza[\w-]{35}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b[a-z][a-z+.-]*:\/\/[^\s/:@$]*:[^\s/:@$]+@/,
];

/** No secret in arguments and environment variables: everybody who has the image can read them. */
export const secrets: Rule = ({ structure: { instructions, escape } }) =>
  instructions.flatMap((instruction) => assignmentsOf(instruction, escape).flatMap(judge));

interface Assignment {
  readonly keyword: "ARG" | "ENV";
  readonly name: string;
  /** `undefined` for an argument without a default. */
  readonly value: string | undefined;
  readonly at: number;
}

/** Never shows a value. */
function judge({ keyword, name, value, at }: Assignment): readonly Found[] {
  const isNamedLikeOne = SECRET_NAME.test(name) && !NO_SECRET.test(name) && value !== "";
  const isOne = value !== undefined && SECRET_VALUE.some((form) => form.test(value));
  if (!isNamedLikeOne && !isOne) return [];
  const what = isOne ? `the value of \`${name}\` is a secret` : `\`${name}\` looks like a secret`;
  const remedy = "pass it as `RUN --mount=type=secret,id=…`, or when the container is started";
  const message = `${what}, and ${keyword} leaves it in the image for everybody to read`;
  return [{ rule: "secret-in-environment", at, message, remedy }];
}

function assignmentsOf(instruction: Instruction, escape: string): readonly Assignment[] {
  if (instruction.keyword === "arg") return argumentsOf(instruction, escape);
  return instruction.keyword === "env" ? variablesOf(instruction, escape) : [];
}

function argumentsOf(instruction: Instruction, escape: string): readonly Assignment[] {
  return declaredArguments(instruction, escape).map(({ name, default: value }) => ({
    keyword: "ARG",
    name: fromByteText(name),
    value: value === undefined ? undefined : unquoted(value.text),
    at: value === undefined ? startOf(instruction) : offsetOf(instruction, value.start - name.length - 1),
  }));
}

/** `ENV name=value …`, or the old `ENV name value with spaces`. */
function variablesOf(instruction: Instruction, escape: string): readonly Assignment[] {
  const { text, args } = instruction;
  const words = splitQuotedWords(text, args, escape);
  const [first] = words;
  if (first === undefined) return [];
  if (!first.text.includes("="))
    return [variable(instruction, first.text, text.slice(first.end).trim(), first.start)];
  return words.map((word) => {
    const [name = "", ...rest] = word.text.split("=");
    return variable(instruction, name, rest.join("="), word.start);
  });
}

function variable(instruction: Instruction, name: string, value: string, start: number): Assignment {
  const at = offsetOf(instruction, start);
  return { keyword: "ENV", name: fromByteText(name), value: unquoted(value), at };
}

function offsetOf(instruction: Instruction, index: number): number {
  return rangeOf(instruction, index, index + 1).start;
}

function unquoted(value: string): string {
  return fromByteText(value).replace(/^(["'])(.*)\1$/s, "$2");
}
