import type { Metadata } from "@grpc/grpc-js";

const PATHS = "followpaths";
/** How HTTP/2 has several values of one field come in one. */
const SEPARATOR = ", ";

/**
 * The paths that BuildKit wants of a tree, none for all of it. It writes what is not ASCII as the fields of a form are written,
 * and says that it did (`encodeOpts` of its `session/filesync`). Otherwise a path with a comma may come as two.
 */
export function pathsIn(metadata: Metadata): readonly string[] {
  const paths = metadata.get(PATHS).flatMap((value) => String(value).split(SEPARATOR));
  const isEncoded = metadata.get(`${PATHS}-encoded`).join() === "1";
  return isEncoded ? paths.map((path) => decodeURIComponent(path.replaceAll("+", " "))) : paths;
}
