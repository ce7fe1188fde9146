import { kindOf, type Finding } from "./finding.ts";

const REMEDY = 'Write a path, or { command: ["python3", "render.py"] }.';

/** What is wrong with a Dockerfile as it is written, beside that its path may be none of the checkout's. */
export function findDockerfileProblem(value: unknown): Finding | undefined {
  if (value === "") return { what: "is empty", remedy: "Name a path, or leave the key out." };
  if (typeof value === "string") return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { what: `must be text, not ${kindOf(value)}`, remedy: REMEDY };
  const { command, ...rest } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return { what: `unknown key \`${unknown}\``, remedy: REMEDY };
  if (typeof command === "string")
    return { what: "`command` must be a list of words: no shell takes it apart", remedy: REMEDY };
  if (!Array.isArray(command) || command.length === 0 || command[0] === "")
    return { what: "`command` must be a list that begins with a program", remedy: REMEDY };
  const isText = command.every((word) => typeof word === "string");
  return isText ? undefined : { what: "`command` must be a list of text", remedy: REMEDY };
}
