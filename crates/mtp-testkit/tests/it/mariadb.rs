//! MariaDB's fresh logins are what they say, apart from each other, and gone afterwards; its log holds bound values.

use sqlx::mysql::MySqlConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};

#[tokio::test]
async fn a_fresh_login_provisions() {
    let server = mtp_testkit::mariadb();
    let (login, other) = (
        server.fresh_login("A provisioner!").await,
        server.fresh_login("o").await,
    );
    assert!(login.name().len() <= 32 && login.prefix().len() <= 16);
    assert!(login.name() != other.name() && login.prefix() != other.prefix() && login.service() != other.service());
    let mut connection = MySqlConnection::connect(&login.url()).await.unwrap();
    let (prefix, service) = (login.prefix(), login.service());
    for sql in [
        format!("CREATE DATABASE {prefix}acme"),
        format!("CREATE DATABASE mtp_{service}_data"),
        format!("CREATE USER {prefix}acme@'%' IDENTIFIED BY 'x'"),
        format!("GRANT SELECT, INSERT ON {prefix}acme.* TO {prefix}acme@'%'"),
    ] {
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    let wrong = server.url_as(login.name(), "wrong", login.name());
    assert!(MySqlConnection::connect(&wrong).await.is_err());
}

#[tokio::test]
async fn what_a_fresh_login_made_goes_with_it() {
    let server = mtp_testkit::mariadb();
    let login = server.fresh_login("maker").await;
    let tenant = format!("{}acme", login.prefix());
    let mut connection = MySqlConnection::connect(&login.url()).await.unwrap();
    for sql in [
        format!("CREATE DATABASE {tenant}"),
        format!("CREATE TABLE {tenant}.t (id INT)"),
        // An account whose name carries no tag, with rights on what does.
        format!("CREATE USER o_{0}@'%'", &login.service()[..6]),
        format!("GRANT SELECT ON {tenant}.* TO o_{0}@'%'", &login.service()[..6]),
        // An open transaction must not keep the database alive.
        "BEGIN".to_owned(),
        format!("SELECT * FROM {tenant}.t"),
    ] {
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    }
    let (name, account) = (login.name().to_owned(), format!("o_{}", &login.service()[..6]));
    drop(login);
    let left = format!(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name IN ('{name}', '{tenant}') \
         UNION ALL SELECT user FROM mysql.user WHERE user IN ('{name}', '{account}')"
    );
    assert_eq!(server.texts("mysql", &left).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_log_shows_texts_and_the_bound_values_of_plain_statements() {
    let server = mtp_testkit::mariadb();
    let (text, value) = (mtp_testkit::unique("text"), mtp_testkit::unique("value"));
    let begun = server.log_len();
    let mut connection = MySqlConnection::connect(&server.url()).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("SELECT '{text}', ?")))
        .bind(&value)
        .execute(&mut connection)
        .await
        .unwrap();
    let log = server.log_since(begun);
    assert!(log.contains(&text) && log.contains(&value));
}
