import { generate } from "selfsigned";

/** Texts in PEM. */
export interface Certificates {
  /** Of the authority that nobody knows. */
  readonly ca: string;
  /** Of a server on 127.0.0.1, and by the names that were wanted, that it has certified. */
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority, and certificate and key of a server on this machine, which may have names. */
export async function issueCertificates(names: readonly string[] = []): Promise<Certificates> {
  const authority = await generate([{ name: "commonName", value: "Authority of the tests" }], {
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  const altNames = [
    { type: 7 as const, ip: "127.0.0.1" },
    ...names.map((value) => ({ type: 2 as const, value })),
  ];
  const server = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames }],
    ca: { key: authority.private, cert: authority.cert },
  });
  return { ca: authority.cert, certificate: server.cert, key: server.private };
}
