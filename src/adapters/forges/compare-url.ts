/** A page that compares two branches, whose names can have any character: it stays one link, also in Markdown. */
export function compareUrl(page: string, base: string, branch: string): string {
  return `${page}/${encoded(base)}...${encoded(branch)}`;
}

function encoded(branch: string): string {
  const parts = branch.split("/").map(encodeURIComponent);
  return parts.join("/").replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
