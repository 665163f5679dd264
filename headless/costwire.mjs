#!/usr/bin/env node
// The `costwire` command: plain JavaScript so that it starts on any Node from 20 on and finds the right one itself.
import { leanEnvironment, leanFlags, run } from '../scripts/bootstrap.mjs';

run('headless/cli.ts', process.argv.slice(2), leanFlags, leanEnvironment);
