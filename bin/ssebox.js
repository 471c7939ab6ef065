#!/usr/bin/env node
// Node 22.8 and later keep the compiled program on the disk; on Node 20 there is nothing to switch on.
import * as nodeModule from 'node:module';

nodeModule.enableCompileCache?.();
await import('../dist/main.js');
