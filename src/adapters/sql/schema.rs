//! The tables as both databases hold them; kept by hand, because one schema serves two databases.
//! `tests/ports/schema.rs` selects every column of every table on both.

diesel::table! {
    accounts (id) {
        id -> BigInt,
        email -> Text,
        email_key -> Text,
        username -> Text,
        password_hash -> Nullable<Text>,
        profile_image -> Nullable<Text>,
        kind -> Text,
        is_admin -> Bool,
        purge_at -> Nullable<Timestamp>,
        recall_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        user_id -> BigInt,
        device -> Nullable<Text>,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    diary_entries (id) {
        id -> BigInt,
        author_id -> BigInt,
        diary_date -> Date,
        emotion -> Double,
        image -> Nullable<Text>,
        content -> Text,
        is_public -> Bool,
        author_leaving -> Bool,
        view_count -> BigInt,
        like_count -> BigInt,
        sentence -> Nullable<Text>,
        weather -> Text,
        temperature -> Nullable<SmallInt>,
        humid -> Nullable<SmallInt>,
        sleep -> Nullable<SmallInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    diary_likes (id) {
        id -> BigInt,
        user_id -> BigInt,
        diary_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    diary_comments (id) {
        id -> BigInt,
        diary_id -> BigInt,
        author_id -> BigInt,
        content -> Text,
        is_edited -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    comment_replies (id) {
        id -> BigInt,
        comment_id -> BigInt,
        diary_id -> BigInt,
        author_id -> BigInt,
        content -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    signup_codes (email_key) {
        email_key -> Text,
        code_digest -> Binary,
        tries_left -> SmallInt,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    pending_files (file_key) {
        file_key -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        bytes -> Nullable<Binary>,
    }
}

diesel::table! {
    outgoing_mails (id) {
        id -> BigInt,
        recipient -> Text,
        subject -> Text,
        html -> Text,
        plain -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        is_dead -> Bool,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    jobs (name) {
        name -> Text,
        due_at -> Timestamp,
        last_started_at -> Nullable<Timestamp>,
        last_node -> Nullable<Text>,
        last_millis -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    sessions,
    diary_entries,
    diary_likes,
    diary_comments,
    comment_replies
);
diesel::joinable!(diary_comments -> accounts (author_id));
diesel::joinable!(diary_comments -> diary_entries (diary_id));
diesel::joinable!(comment_replies -> accounts (author_id));
diesel::joinable!(comment_replies -> diary_entries (diary_id));
