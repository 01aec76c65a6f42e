//! What is copied is every table and column of both engines.

use super::*;
use rusqlite::Connection;

/// A table or column that is forgotten here would be forgotten by every copy.
#[test]
fn the_tables_are_those_of_both_engines() {
    let expected: BTreeMap<String, Vec<String>> = TABLES
        .iter()
        .map(|table| {
            let key = table.columns[..table.key].iter().map(|(name, _)| format!("{name} in the key"));
            let rest = table.columns[table.key..].iter().map(|(name, _)| (*name).to_string());
            let mut columns: Vec<String> = key.chain(rest).collect();
            columns.sort_unstable();
            (table.name.to_string(), columns)
        })
        .collect();
    assert_eq!(sqlite_tables(tempfile::tempdir().unwrap().path()), expected);
    let options = database();
    drop(opened(Place::Database(&options)).unwrap());
    let sql = "SELECT format('%s %s%s:%s', c.relname, a.attname,
                 CASE WHEN a.attnum = ANY(i.indkey) THEN ' in the key' ELSE '' END, format_type(a.atttypid, null))
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
               JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
               WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT IN ('meta', 'migrations')
               ORDER BY c.relname, a.attname";
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for line in Server::shared().texts(&options.url, sql).unwrap() {
        let (column, ty) = line.split_once(':').unwrap();
        let (name, column) = column.split_once(' ').unwrap();
        let plain = column.trim_end_matches(" in the key");
        let table = TABLES.iter().find(|table| table.name == name).unwrap_or_else(|| panic!("{name} is not copied"));
        let shape = table.columns[table.at(plain).unwrap_or_else(|| panic!("{name}.{plain} is not copied"))].1;
        let fits = match ty {
            "integer" => Shape::Small,
            "bigint" => Shape::Big,
            "bytea" => Shape::Bytes,
            "text" => Shape::Text,
            other => panic!("{name}.{plain} is {other}"),
        };
        assert_eq!(shape, fits, "{name}.{plain}");
        found.entry(name.to_string()).or_default().push(column.to_string());
    }
    found.values_mut().for_each(|columns| columns.sort_unstable());
    assert_eq!(found, expected);
}

fn sqlite_tables(folder: &Path) -> BTreeMap<String, Vec<String>> {
    drop(opened(Place::Folder(folder)).unwrap());
    let conn = Connection::open(folder.join("meanwhile.db")).unwrap();
    let sql =
        "SELECT t.name, c.name || iif(c.pk > 0, ' in the key', '') FROM sqlite_schema t, pragma_table_info(t.name) c
               WHERE t.type = 'table' AND t.name <> 'meta'";
    let mut found = BTreeMap::<String, Vec<String>>::new();
    let mut query = conn.prepare(sql).unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    for row in rows {
        let (table, column) = row.unwrap();
        found.entry(table).or_default().push(column);
    }
    found.values_mut().for_each(|columns| columns.sort_unstable());
    found
}
