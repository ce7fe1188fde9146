import type { Tree } from "./buildkit.ts";

/** A context to be thinned out. */
export const IGNORE_TREE: Tree = Object.fromEntries(
  [
    ..."a b a.txt b.md dir/a dir/b.txt dir/sub/a dir/sub/b.txt dir/sub/deep/c src/app/main.ts src/app/test/x.ts".split(
      " ",
    ),
    ..."src/lib/y.ts node_modules/p/index.js src/node_modules/q/index.js foo foobar src/foo src/xfoo".split(
      " ",
    ),
    ..."#note !bang é/ü.txt a[b]/c UPPER/Case dir.d/x empty/ x1".split(" "),
    "with space/z",
  ].map((path) => [path, path.endsWith("/") ? "" : "x"]),
);

/** `.dockerignore` files, each with what it is about. */
export const IGNORE_CASES: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["comments only at a line's start", "# a\n #note\na\n"],
  ["a byte order mark, carriage returns and spaces", "\ufeffa\r\n  b.md\t\r\n\r\n"],
  ["names at the root only", "foo\n"],
  ["names anywhere", "**/foo\n"],
  ["ends of names", "**foo\n"],
  ["beginnings of names", "foo**\n"],
  ["a directory with a slash on either side", "/dir/\n"],
  ["all below a directory", "dir/**\n"],
  ["any directory of a name", "**/node_modules\n"],
  ["any directories between", "src/**/x.ts\n"],
  ["wildcards in a name", "*.t?t\n"],
  ["wildcards in two components", "*/*b*\n"],
  ["some characters", "[ab]\n[^a-eg-z]oo\n"],
  ["escaped characters", "a\\[b\\]\n\\#note\n\\!bang\n"],
  ["a letter behind a backslash", "x\\d\n\\a\n"],
  ["dots", "./a\ndir/../b\nsrc//app/.\n"],
  ["what is outside", "../a\n/\n.\n"],
  ["spaces in a name", "with space\n"],
  ["other letters", "é\nupper\n"],
  ["all but one directory", "*\n!src\n"],
  ["all but one directory without another in it", "*\n!src\nsrc/app/test\n"],
  ["all but a deep directory", "*\n!dir/sub/deep\n"],
  ["all but one name anywhere", "**\n!**/a\n"],
  ["a directory but one file", "dir\n!dir/sub/b.txt\n"],
  ["what is in a directory but one", "dir/*\n!dir/sub\n"],
  ["an exception before what it is one of", "!a\na\n"],
  ["an exception that is taken back", "dir\n!dir\ndir/sub\n"],
  ["an exception of a parent does not bring its children back", "dir/sub\n!dir\n"],
  ["an exception with spaces and a slash", "*\n! /src/lib/ \n"],
  ["an exclamation mark that a path brings along", "*\n/!src\n"],
  ["some files but others", "**/*.txt\n!**/b.txt\n"],
];
