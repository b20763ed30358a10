import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { S3Error } from '../../../src/embedded/s3/errors.ts'
import { readXml } from '../../../src/embedded/s3/xml-reader.ts'
import { branch, leaf, xmlDocument } from '../../../src/embedded/s3/xml-writer.ts'

test('elements, attributes, prefixes, comments, CDATA and references read', () => {
  const root = readXml(
    '<?xml version="1.0"?><!-- a --><s3:Delete xmlns:s3="urn:x" a=\'b\'>\n<Key>a&amp;&#38;&#x26;<![CDATA[<&]]></Key><Empty/></s3:Delete>\n',
  )
  assert.equal(root.name, 'Delete')
  assert.deepEqual(root.children, [
    { name: 'Key', text: 'a&&&<&', children: [] },
    { name: 'Empty', text: '', children: [] },
  ])
})

test('what is not well-formed, and what could expand, is refused', () => {
  const bad = [
    '',
    ' ',
    'x',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    'x<a/>',
    '<a b></a>',
    '<a b="<"/>',
    '<1/>',
    '<a>&x;</a>',
  ]
  const entities = ['<a>&#0;</a>', '<a>&#xD800;</a>', '<a>&#x110000;</a>', '<a>&</a>', '<a>&amp</a>']
  const declarations = ['<!DOCTYPE a><a/>', '<?php x?><a/>', '<!ENTITY a "b"><a/>', '<!-- -- --><a/>']
  const deep = `${'<a>'.repeat(17)}${'</a>'.repeat(17)}`
  for (const text of [...bad, ...entities, ...declarations, deep]) assert.throws(() => readXml(text), S3Error, text)
})

test('property: what is written reads back, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
      (text) => {
        const root = readXml(xmlDocument('Root', branch('Branch', leaf('Leaf', text))))
        assert.equal(root.children[0]?.children[0]?.text, text)
      },
    ),
  )
})
