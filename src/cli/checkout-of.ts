import type { ForgeKind } from "../adapters/forges/find-forge.ts";
import { findLogin } from "../adapters/forges/find-login.ts";
import { openCheckout } from "../adapters/git/open-checkout.ts";
import type { Checkout } from "../ports.ts";
import type { FindLogin } from "../ports/forge.ts";
import type { Terminal } from "./terminal.ts";

/** The checkout that the working directory is in, whose git may log in with the forge's token. `forge` is what the flags say. */
export function checkoutOf(
  { directory, environment, ahead }: Pick<Terminal, "directory" | "environment" | "ahead">,
  forge?: ForgeKind,
): Promise<Checkout> {
  const login: FindLogin = (url, remote) => findLogin(url, { url: remote, environment, forge });
  return openCheckout(directory, login, ahead);
}
