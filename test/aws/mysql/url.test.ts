import { describe, expect, it } from '@jest/globals';
import { addressOf, isMysqlUrl } from '../../../aws/mysql/url.ts';
import { InvalidInputError } from '../../../core/errors.ts';

const read = (url: string, environment: NodeJS.ProcessEnv = {}) =>
  addressOf('The writer', url, environment);

describe('the address of a database of MySQL', () => {
  it.each([
    ['postgres://a@b/c', 'no such address'],
    ['mysql://', 'no host'],
    ['mysql:shop', 'no host'],
    ['mysql://host/shop', 'no user'],
    ['mysql://a@host', 'the database ""'],
    ['mysql://a@host/shop/orders', 'the database "shop/orders"'],
    ['mysql://a@host/shop?sslmode=require', 'the option "sslmode"'],
    ['mysql://a@host/shop?ssl-mode=PREFERRED', 'ssl-mode=PREFERRED'],
    ['mysql://a@host:port/shop', 'no such address'],
    ['mysql://a@10.0.0.1/shop?ssl-mode=VERIFY_IDENTITY', 'an address without a name'],
    ['mysql://a@[fe80::1]/shop?ssl-mode=VERIFY_IDENTITY', 'an address without a name'],
  ])('is refused: %s', (url, words) => {
    expect(() => read(url)).toThrow(InvalidInputError);
    expect(() => read(url)).toThrow(words);
  });

  it('is refused without saying the password', () => {
    expect(() => read('mysql://ada:secret@host/shop?tls=1')).toThrow(/^(?!.*secret)/);
  });

  it.each([
    ['mysql://a@db.example.com/shop', 'REQUIRED'],
    ['mysql://a@127.0.0.1/shop', 'DISABLED'],
    ['mysql://a@[::1]/shop', 'DISABLED'],
    ['mysql://a@localhost/shop?ssl-mode=VERIFY_CA', 'VERIFY_CA'],
    ['mysql://a@127.0.0.1.example.com/shop', 'REQUIRED'],
  ])('is encrypted unless it is here or says otherwise: %s', (url, sslMode) => {
    expect(read(url).sslMode).toBe(sslMode);
  });

  it('has its parts decoded, and a password from the environment', () => {
    expect(read('mariadb://a%40b@[::1]:33/my%20shop?ssl-ca=ca.pem', { MYSQL_PWD: 'p' })).toEqual({
      ...{ host: '::1', port: 33, user: 'a@b', password: 'p', database: 'my shop' },
      ...{ sslMode: 'DISABLED', sslCa: 'ca.pem' },
    });
    expect(read('mysql://a:b%2Fc@host/d', { MYSQL_PWD: 'p' })).toMatchObject({
      ...{ port: 3306, password: 'b/c' },
    });
    expect(read('mysql://a@host:443/d').port).toBe(443);
  });

  it('is told from one of PostgreSQL', () => {
    expect(['mysql:x', 'MariaDB://a', 'postgres://a', 'mysqlx://a'].map(isMysqlUrl)).toEqual([
      ...[true, true, false, false],
    ]);
  });
});
