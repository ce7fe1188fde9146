const SECRET = /token|secret|passw|credential|api_?key|private_?key/i;

/** Whether a name tells that what it names is not to be shown. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}
