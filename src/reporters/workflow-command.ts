/**
 * An annotation of a workflow (https://docs.github.com/actions/reference/workflow-commands-for-github-actions), escaped as
 * GitHub's own toolkit does (actions/toolkit, packages/core/src/command.ts).
 */
export function workflowCommand(
  name: "error" | "warning" | "notice",
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const texts = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${texts.join(",")}::${escapeData(message)}`;
}

/** What a terminal would obey, or write from the right to the left, is in no name that anybody needs. */
function escapeData(text: string): string {
  const shown = text.replace(/[^\P{Cc}\r\n]|[\p{Cf}\p{Cs}]/gu, "\uFFFD");
  return shown.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
