DROP TABLE comment_replies;
DROP TABLE diary_comments;
