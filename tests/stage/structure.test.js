// How the files hang together.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOM = fileURLToPath(new URL('../../pages/', import.meta.url))
const IMPORT = /^import\s[^'"]*['"](\.[^'"]+)['"]/gm
const names = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))

/** Which files a file imports. @param {string} name */
function imports(name) {
  const found = readFileSync(join(ROOM, name), 'utf8').matchAll(IMPORT)
  return [...found].map(([, address]) => relative(ROOM, join(ROOM, dirname(name), address)))
}

test('there are files', () => assert.ok(names.includes('stage/stage.js')))

test('no imports go in a circle', () => {
  /** @type {Set<string>} */
  const done = new Set()
  /** @param {string} name @param {string[]} way */
  const visit = (name, way) => {
    assert.ok(!way.includes(name), `a circle: ${[...way, name].join(' -> ')}`)
    if (done.has(name)) return
    for (const other of imports(name)) visit(other, [...way, name])
    done.add(name)
  }
  for (const name of names) visit(name, [])
})

test('nobody asks whether there is a panel', () => {
  for (const name of names) assert.doesNotMatch(readFileSync(join(ROOM, name), 'utf8'), /[pP]anel\?\./, name)
})

test('the stage knows no page, and no page another', () => {
  for (const name of names) {
    const [folder] = name.split('/')
    for (const other of imports(name)) assert.ok(['stage', folder].includes(other.split('/')[0]), `${name} -> ${other}`)
  }
})

test('what has no DOM has none', () => {
  const pure = names.filter((name) => readFileSync(join(ROOM, name), 'utf8').includes('No DOM.'))
  assert.ok(pure.length > 10)
  for (const name of pure) {
    for (const other of imports(name)) {
      assert.ok(pure.includes(other), `${name} -> ${other}`)
    }
    assert.doesNotMatch(
      readFileSync(join(ROOM, name), 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, ''),
      /\bdocument\.|\belement\(/,
    )
  }
})
