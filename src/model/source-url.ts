/**
 * The address of a git remote as a person would open it: HTTPS for SSH, without credentials and `.git`. `undefined` for
 * what is on no server, such as a path.
 */
export function sourceUrl(remote: string): string | undefined {
  // A host of one letter is a drive of Windows.
  const short = /^(?:[^@/:]+@)?([\w.-]{2,}):(?!\/\/|:)(.+)$/.exec(remote);
  if (short?.[1] !== undefined) return tidy(`https://${short[1]}/${short[2] ?? ""}`);
  if (!URL.canParse(remote)) return undefined;
  const { protocol, host, hostname, pathname } = new URL(remote);
  if (protocol === "http:" || protocol === "https:") return tidy(`${protocol}//${host}${pathname}`);
  // The port is that of SSH.
  return /^(?:git\+)?(?:ssh|git):$/.test(protocol) ? tidy(`https://${hostname}${pathname}`) : undefined;
}

function tidy(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  const path = pathname
    .replaceAll(/\/+/g, "/")
    .replace(/\/$/, "")
    .replace(/\.git$/, "");
  return path === "" ? undefined : `${origin}${path}`;
}
