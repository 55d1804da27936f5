// The imports between the files.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const PAGES = fileURLToPath(new URL('../../pages/', import.meta.url))
const IMPORT = /^import\s[^'"]*['"](\.[^'"]+)['"]/gm
const names = readdirSync(PAGES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))

/** Return the files that a file imports. @param {string} name */
function imports(name) {
  const matches = readFileSync(join(PAGES, name), 'utf8').matchAll(IMPORT)
  return [...matches].map(([, address]) => relative(PAGES, join(PAGES, dirname(name), address)))
}

test('there are files', () => assert.ok(names.includes('stage/stage.js')))

test('no imports are circular', () => {
  /** @type {Set<string>} */
  const visited = new Set()
  /** @param {string} name @param {string[]} path */
  const visit = (name, path) => {
    assert.ok(!path.includes(name), `a circle: ${[...path, name].join(' -> ')}`)
    if (visited.has(name)) return
    for (const other of imports(name)) visit(other, [...path, name])
    visited.add(name)
  }
  for (const name of names) visit(name, [])
})

test('no file tests whether there is a panel', () => {
  for (const name of names) assert.doesNotMatch(readFileSync(join(PAGES, name), 'utf8'), /[pP]anel\?\./, name)
})

test('the stage imports no page, and no page imports another', () => {
  for (const name of names) {
    const [folder] = name.split('/')
    for (const other of imports(name)) assert.ok(['stage', folder].includes(other.split('/')[0]), `${name} -> ${other}`)
  }
})

test('files without a DOM import and use none', () => {
  const pure = names.filter((name) => readFileSync(join(PAGES, name), 'utf8').includes('No DOM.'))
  assert.ok(pure.length > 10)
  for (const name of pure) {
    for (const other of imports(name)) {
      assert.ok(pure.includes(other), `${name} -> ${other}`)
    }
    assert.doesNotMatch(
      readFileSync(join(PAGES, name), 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, ''),
      /\bdocument\.|\belement\(/,
    )
  }
})
