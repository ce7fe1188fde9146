import { expect, it } from "@jest/globals";
import { sourceUrl } from "../../src/model/source-url.ts";

const PAGE = "https://github.com/acme/images";

it.each<[string, string | undefined]>([
  ["https://github.com/acme/images.git", PAGE],
  ["https://github.com/acme/images", PAGE],
  ["https://github.com/acme/images/", PAGE],
  ["https://x-access-token:not-a-secret@github.com/acme/images.git", PAGE],
  ["https://github.com/acme/images.git?token=not-a-secret#not-a-secret", PAGE],
  ["git@github.com:acme/images.git", PAGE],
  ["github.com:/acme/images.git", PAGE],
  ["git@[not-a-host:acme", undefined],
  ["ssh://git@github.com:22/acme/images.git", PAGE],
  ["git+ssh://git@github.com/acme/images.git", PAGE],
  ["git://github.com/acme/images", PAGE],
  ["http://user:not-a-secret@git.example:3000/images", "http://git.example:3000/images"],
  ["https://git.example", undefined],
  ["/srv/git/images.git", undefined],
  ["../images", undefined],
  ["file:///srv/git/images.git", undefined],
  ["C:\\git\\images", undefined],
  ["C:/git/images", undefined],
  ["ext::sh -c not-a-secret", undefined],
  ["", undefined],
])("the address of %s is %s", (remote, url) => {
  expect(sourceUrl(remote)).toBe(url);
});
