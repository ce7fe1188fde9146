/** What must be said of a registry, because it cannot be known from its name. */
export interface HostSettings {
  /** Whether it is spoken to without TLS; if not said, only this machine's own are. */
  readonly http?: boolean;
  /** A file of certificates (PEM) of the authorities that it may be certified by, beside those that are known to all. */
  readonly ca?: string;
}

/** By `host[:port]`. */
export type RegistrySettings = ReadonlyMap<string, HostSettings>;
