/**
 * What lays out the help, in the place of cliui's own two ways in: its ES module breaks lines inside of words, and its CommonJS
 * one measures each word by a table of all emoji, which takes as long as to start Node. The help has neither escapes nor emoji.
 */
import { wrapAnsi } from "fast-wrap-ansi";
import { cliui } from "../node_modules/cliui/build/lib/index.js";

// yargs takes what a module exports by default.
export { layout as default };

/** As cliui has it. */
function layout(options: object): unknown {
  return cliui(options, {
    stringWidth: ({ length }) => length,
    stripAnsi: (text) => text,
    wrap: (text, columns, how) => (text.length <= columns ? text : wrapAnsi(text, columns, how)),
  });
}
