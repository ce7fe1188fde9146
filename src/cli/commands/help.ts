import { UsageError } from "../../errors.ts";
import { nearest } from "../../model/nearest.ts";
import { COMMANDS } from "../all-flags.ts";
import { TOPICS } from "../help-topics.ts";
import type { Terminal } from "../terminal.ts";

/** `manage-images help TOPIC`: prints a text. Commands have their own help, which the parser prints. */
export function helpCommand({ stdout }: Terminal, topic: string): void {
  const { text } = TOPICS[topic] ?? (topic === "topics" ? { text: listTopics() } : unknown(topic));
  stdout.write(text);
}

function listTopics(): string {
  const width = Math.max(...Object.keys(TOPICS).map((name) => name.length));
  const lines = Object.entries(TOPICS).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);
  return `manage-images help TOPIC\n\nTopics:\n${lines.join("\n")}\n\nCommands:\n  ${COMMANDS.join(", ")}\n`;
}

function unknown(topic: string): never {
  const near = nearest(topic, [...Object.keys(TOPICS), ...COMMANDS]);
  const guess = near.length > 0 ? `; did you mean ${near.join(" or ")}?` : "";
  throw new UsageError(`There is no help on ${topic}${guess}`, {
    remedy: `There is help on: ${[...Object.keys(TOPICS), ...COMMANDS].join(", ")}`,
  });
}
