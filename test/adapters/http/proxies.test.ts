import { describe, expect, it } from "@jest/globals";
import { namesProxies, proxyOf } from "../../../src/adapters/http/proxies.ts";

const BOTH = { HTTPS_PROXY: "http://secure.example:3128", HTTP_PROXY: "http://plain.example:3128" };

/** The host of the proxy by which a URL is reached. */
const wayTo = (url: string, environment: Readonly<Record<string, string>>) =>
  proxyOf(new URL(url), environment)?.host;

describe("a proxy", () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ["https://r.example/v2/", BOTH, "secure.example:3128"],
    ["http://r.example/v2/", BOTH, "plain.example:3128"],
    ["https://r.example", { https_proxy: "http://small.example" }, "small.example"],
    ["https://r.example", { HTTPS_PROXY: "", https_proxy: "http://small.example" }, "small.example"],
    ["https://r.example", { HTTPS_PROXY: "bare.example:8080" }, "bare.example:8080"],
    ["https://r.example", { HTTPS_PROXY: "https://tls.example:8443" }, "tls.example:8443"],
    ["https://r.example", { HTTP_PROXY: "http://plain.example:3128" }, undefined],
    ["https://r.example", {}, undefined],
  ])("for %s with %j: %s", (url, environment, proxy) => {
    expect(wayTo(url, environment)).toBe(proxy);
  });

  it.each(["http://localhost:5000", "http://127.0.0.1:5000", "http://127.8.9.10", "http://[::1]:5000"])(
    "is never asked for this machine: %s",
    (url) => {
      expect(wayTo(url, BOTH)).toBeUndefined();
    },
  );

  it.each<[string, string, "asked" | "left out"]>([
    ["*", "https://r.example", "left out"],
    ["r.example", "https://r.example", "left out"],
    ["R.Example", "https://r.example", "left out"],
    ["r.example", "https://a.r.example", "left out"],
    ["r.example", "https://other.example", "asked"],
    ["r.example", "https://bar.example", "asked"],
    ["example", "https://r.example", "left out"],
    [".example", "https://r.example", "left out"],
    [".r.example", "https://r.example", "asked"],
    ["*.r.example", "https://a.r.example", "left out"],
    ["r.example:443", "https://r.example", "left out"],
    ["r.example:5000", "https://r.example", "asked"],
    ["r.example:5000", "https://r.example:5000", "left out"],
    ["other.example, r.example", "https://r.example", "left out"],
    ["other.example r.example", "https://r.example", "left out"],
    [",", "https://r.example", "asked"],
    ["10.1.2.3", "https://10.1.2.3:5000", "left out"],
    ["10.0.0.0/8", "https://10.1.2.3:5000", "left out"],
    ["10.0.0.0/8", "https://11.1.2.3", "asked"],
    ["10.0.0.0/8", "https://r.example", "asked"],
    ["10.0.0.0/99", "https://10.1.2.3", "asked"],
    ["fd00::/8", "https://[fd00::1]:5000", "left out"],
    ["fd00::1", "https://[fd00::1]", "left out"],
  ])("where NO_PROXY=%s and the URL is %s is %s", (excluded, url, expected) => {
    const way = expected === "asked" ? "secure.example:3128" : undefined;
    expect(wayTo(url, { ...BOTH, NO_PROXY: excluded })).toBe(way);
    expect(wayTo(url, { ...BOTH, no_proxy: excluded })).toBe(way);
  });

  it.each(["socks5://user:secret@r.example", "http://", "http://us er:secret@"])(
    "that is none is an error without its password: %s",
    (value) => {
      const find = () => wayTo("https://r.example", { HTTPS_PROXY: value });
      expect(find).toThrow(/^HTTPS_PROXY is no address of a proxy/);
      expect(find).not.toThrow(/secret/);
    },
  );

  it("is named by any of the variables that has a value", () => {
    expect([{}, { HTTP_PROXY: "" }, { NO_PROXY: "*" }].map(namesProxies)).toEqual([false, false, false]);
    expect(Object.entries(BOTH).map((pair) => namesProxies(Object.fromEntries([pair])))).toEqual([
      true,
      true,
    ]);
  });
});
