#!/usr/bin/env node
/**
 * What git asks for a password when nothing of its own has one (`GIT_ASKPASS` in git(1)): prints the one in the environment,
 * but only for the host that it is meant for. No other place is told it, wherever a server sends git on to.
 */
const [, , prompt = ""] = process.argv;
const { MANAGE_IMAGES_GIT_HOST: host, MANAGE_IMAGES_GIT_PASSWORD: password } = process.env;
const [, question, asker = ""] = /^(Username|Password) for '(.*)': $/.exec(prompt) ?? [];

if (question === "Password" && URL.canParse(asker) && new URL(asker).origin === host)
  process.stdout.write(`${password ?? ""}\n`);
else process.exitCode = 1;
