/** What npm is given in its place. */
const KEPT = "EXTRA_CA_CERTS_OF_TESTS";

/**
 * Node reads the file that `NODE_EXTRA_CA_CERTS` names whenever it starts: with all authorities of a machine in it that takes as
 * long as the start itself, some thousand times. Tests speak to this machine; npm, which does not, is given it.
 */
export function trustAsUsual(): void {
  const { NODE_EXTRA_CA_CERTS: file } = process.env;
  if (file === undefined) return;
  process.env[KEPT] = file;
  delete process.env["NODE_EXTRA_CA_CERTS"];
}

/** The environment of what speaks to the world: what was there before the tests. */
export function worldly(): NodeJS.ProcessEnv {
  const { [KEPT]: file, ...environment } = process.env;
  return file === undefined ? environment : { ...environment, NODE_EXTRA_CA_CERTS: file };
}
