/**
 * The proxies that variables name: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or small letters. They mean what
 * they mean to Docker's engine, which pushes (https://pkg.go.dev/golang.org/x/net/http/httpproxy): this machine is never
 * reached by a proxy.
 */
import { BlockList, isIP } from "node:net";
import { UsageError } from "../../errors.ts";
import { variable, type Environment } from "../credentials/docker-config.ts";
import { isLoopback } from "./loopback.ts";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "https:": ["HTTPS_PROXY", "https_proxy"],
  "http:": ["HTTP_PROXY", "http_proxy"],
};

/** Whether variables name any proxy. */
export function namesProxies(environment: Environment): boolean {
  return Object.values(NAMES)
    .flat()
    .some((name) => variable(environment, name) !== undefined);
}

/** The proxy by which a URL is reached, if it is by one. What is written and is no proxy is a `UsageError`. */
export function proxyOf(url: URL, environment: Environment): URL | undefined {
  const name = NAMES[url.protocol]?.find((each) => variable(environment, each) !== undefined);
  if (name === undefined || isLoopback(url.host)) return undefined;
  const excluded = variable(environment, "NO_PROXY") ?? variable(environment, "no_proxy") ?? "";
  const { hostname, port } = placeOf(url);
  const isExcluded = excluded
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== "" && matches(entry, hostname, port));
  return isExcluded ? undefined : parseProxy(name, environment[name] ?? "");
}

function placeOf({ hostname, port, protocol }: URL) {
  return {
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "https:" ? "443" : "80") : port,
  };
}

/** `*`, an address, a range of addresses (`10.0.0.0/8`), a domain with those below it, or with a dot only those; with a port, or without. */
function matches(entry: string, hostname: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInRange(hostname, entry);
  if (isIP(entry) !== 0) return entry === hostname;
  const [, host = "", wanted] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  const domain = host.replace(/^\*(?=\.)/, "").replace(/^\[|\]$/g, "");
  return domain === hostname || hostname.endsWith(domain.startsWith(".") ? domain : `.${domain}`);
}

function isInRange(hostname: string, range: string): boolean {
  const [address = "", bits = ""] = range.split("/");
  const [family, wanted] = [isIP(hostname), isIP(address)];
  if (family === 0 || family !== wanted || !/^\d{1,3}$/.test(bits)) return false;
  const kind = family === 4 ? "ipv4" : "ipv6";
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), kind);
  return list.check(hostname, kind);
}

/** The value is not shown: it may have a password in it. */
function parseProxy(name: string, value: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new UsageError(`${name} is no address of a proxy that is known here.`, {
    remedy: "Write it like http://proxy.example:3128, or name in NO_PROXY what is reached without it.",
  });
}
