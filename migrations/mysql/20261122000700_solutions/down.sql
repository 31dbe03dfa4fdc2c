DROP TABLE diary_solutions;
